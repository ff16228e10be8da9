from __future__ import annotations

import math

import naive_stylegan2 as naive
import pytest
import torch

from ganzoo.errors import ConfigError
from ganzoo_plugin_stylegan.discriminator import Discriminator
from ganzoo_plugin_stylegan.minibatch_deviation import MinibatchDeviation

SIZES, WIDTHS = (4, 8, 16), (6, 4, 2)


def built(**settings):
    torch.manual_seed(0)
    network = Discriminator(channels=3, sizes=SIZES, widths=WIDTHS, **settings).double()
    for parameter in network.parameters():
        parameter.data += 0.3 * torch.randn_like(parameter)
    return network


@pytest.mark.parametrize("architecture", ["resnet", "skip", "orig"])
@pytest.mark.parametrize("group_features", [0, 1, 2])
def test_it_is_its_layers_one_by_one(architecture, group_features):
    network = built(
        architecture=architecture, group_features=group_features, group_size=2, clamp=1.5, resample_filter=(1, 2, 3, 5)
    )
    images = torch.randn(6, 3, 16, 16, dtype=torch.float64)
    expected = naive.judged(network, images, architecture, 2)
    torch.testing.assert_close(network(images), expected[:, 0])


def test_with_conditions_the_logit_is_a_product():
    network = built(condition_dim=5, projection_dim=7, mapping={"layers": 2, "rate": 0.1, "width": 3, "embedding": 4})
    images = torch.randn(4, 3, 16, 16, dtype=torch.float64)
    labels = torch.eye(5, dtype=torch.float64)[[0, 1, 4, 4]]
    features = naive.judged(network, images, "resnet", 4)
    y = naive.dense(network.mapping.embed, labels)
    y = y / (y.square().mean(1, keepdim=True) + 1e-8).sqrt()
    for layer in network.mapping.layers:
        y = naive.dense(layer, y)
    torch.testing.assert_close(network(images, labels), (features * y).sum(1) / math.sqrt(7))


def test_no_groups_make_the_batch_one_group():
    x = torch.randn(6, 4, 2, 2)
    assert torch.equal(MinibatchDeviation(None)(x), MinibatchDeviation(6)(x))
    deviation = MinibatchDeviation(None)(x)[:, 4]
    torch.testing.assert_close(deviation, x.std(0, unbiased=False).mean().expand(6, 2, 2))
    with pytest.raises(ConfigError, match="6"):
        MinibatchDeviation(4)(x)
    with pytest.raises(ConfigError):
        MinibatchDeviation(0)

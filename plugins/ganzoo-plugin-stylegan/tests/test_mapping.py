from __future__ import annotations

import naive_stylegan2 as naive
import pytest
import torch

from ganzoo.errors import ConfigError
from ganzoo_plugin_stylegan.mapping import Mapping


@pytest.mark.parametrize("condition_dim", [0, 5])
def test_it_is_its_layers_one_by_one(condition_dim):
    torch.manual_seed(0)
    mapping = Mapping(latent_dim=6, style_dim=8, condition_dim=condition_dim, layers=3, width=7, embedding=4, rate=0.1)
    for parameter in mapping.parameters():
        parameter.data += torch.randn_like(parameter)
    z, labels = torch.randn(3, 6), torch.eye(5)[[0, 2, 4]]
    w = z / z.square().mean(1, keepdim=True).sqrt()
    if condition_dim:
        y = naive.dense(mapping.embed, labels)
        w = torch.cat([w, y / y.square().mean(1, keepdim=True).sqrt()], 1)
    for layer in mapping.layers:
        w = naive.dense(layer, w)
    torch.testing.assert_close(mapping(z, labels if condition_dim else None), w)
    torch.testing.assert_close(mapping(5 * z, labels if condition_dim else None), w)  # latents are on a sphere


def test_the_rate_slows_learning_and_changes_nothing_else():
    moved, outputs = [], []
    for rate in (1.0, 0.01):
        torch.manual_seed(0)
        mapping = Mapping(latent_dim=6, style_dim=6, layers=1, rate=rate)
        mapping.layers[0].weight.data.copy_(torch.eye(6) / rate)
        z = torch.randn(4, 6, generator=torch.Generator().manual_seed(1))
        outputs.append(mapping(z).detach())
        optimizer = torch.optim.Adam(mapping.parameters(), lr=1e-3)  # whose steps do not depend on the gradient's size
        mapping(z).sum().backward()
        optimizer.step()
        moved.append((mapping(z).detach() - outputs[-1]).abs().mean())
    torch.testing.assert_close(*outputs)
    torch.testing.assert_close(moved[1] / moved[0], torch.tensor(0.01), rtol=0.05, atol=0.0)


def test_the_mean_style_is_tracked_and_truncation_pulls_towards_it():
    mapping = Mapping(latent_dim=4, style_dim=4, layers=1)
    w = torch.randn(100, 4) + 3
    mapping.track(w, 0.9)
    torch.testing.assert_close(mapping.average, 0.1 * w.mean(0))
    for _ in range(200):
        mapping.track(w, 0.9)
    torch.testing.assert_close(mapping.average, w.mean(0))
    torch.testing.assert_close(mapping.truncate(w, 0.0), mapping.average.expand(100, 4))
    torch.testing.assert_close(mapping.truncate(w, 0.5), (w + w.mean(0)) / 2)


def test_sizes_that_cannot_be_are_refused():
    assert Mapping(latent_dim=0, style_dim=3, condition_dim=5, layers=0)(None, torch.eye(5)).shape == (5, 3)
    for wrong in ({"layers": -1}, {"style_dim": 0}, {"latent_dim": 0}, {"rate": 0.0}, {"layers": 0}):
        with pytest.raises(ConfigError):
            Mapping(**{"latent_dim": 4, "style_dim": 3, **wrong})

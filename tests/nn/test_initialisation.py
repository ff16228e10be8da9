"""DCGAN's initialisation: the law of each kind of layer."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganzoo.nn.initialisation import dcgan_initialisation


@pytest.mark.parametrize("layer", [nn.Conv2d(32, 32, 4), nn.ConvTranspose2d(32, 32, 4), nn.Linear(128, 128)])
def test_weights_are_normal_with_deviation_0_02_and_biases_zero(layer: nn.Module) -> None:
    torch.manual_seed(0)
    returned = dcgan_initialisation(layer)
    assert returned is layer
    weight = layer.weight.detach() / 0.02
    assert weight.mean().abs() < 0.03 and abs(float(weight.std()) - 1) < 0.03
    assert abs(float((weight**4).mean()) - 3) < 0.2
    assert (layer.bias == 0).all()


def test_scales_of_batch_norm_are_near_one() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Sequential(nn.BatchNorm2d(5000)), nn.BatchNorm1d(3, affine=False), nn.Conv2d(1, 1, 1, bias=False)
    )
    dcgan_initialisation(net)
    scale = net[0][0].weight.detach()
    assert abs(float(scale.mean()) - 1) < 0.002 and abs(float(scale.std()) - 0.02) < 0.002
    assert (net[0][0].bias == 0).all()


def test_other_layers_stay() -> None:
    net = nn.GroupNorm(2, 4)
    before = net.weight.detach().clone()
    dcgan_initialisation(net)
    assert torch.equal(net.weight, before)

"""Equalised learning rate: law of the weights, scale at run time, equal steps."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from ganzoo.nn.equalised import EqualisedConv2d, EqualisedLinear


def test_convolution_is_a_plain_one_with_scaled_weights() -> None:
    layer = EqualisedConv2d(3, 5, 3, stride=2, padding=1, gain=1.5)
    nn.init.normal_(layer.bias)
    x = torch.randn(2, 3, 9, 8)
    expected = torch.nn.functional.conv2d(x, layer.weight * (1.5 / math.sqrt(27)), layer.bias, stride=2, padding=1)
    torch.testing.assert_close(layer(x), expected)
    assert EqualisedConv2d(3, 5, 1, bias=False).bias is None


def test_linear_is_a_plain_one_with_scaled_weights() -> None:
    layer = EqualisedLinear(8, 3)
    nn.init.normal_(layer.bias)
    x = torch.randn(2, 8)
    torch.testing.assert_close(layer(x), x @ layer.weight.T * 0.5 + layer.bias)
    assert EqualisedLinear(8, 3, bias=False).bias is None


@pytest.mark.parametrize("fan_in", [16, 1024])
def test_the_signal_keeps_its_size_through_relu_whatever_the_fan_in(fan_in: int) -> None:
    torch.manual_seed(0)
    layer = EqualisedLinear(fan_in, 2000)
    assert abs(float(layer.weight.detach().std()) - 1) < 0.02 and (layer.bias == 0).all()
    y = layer(torch.randn(64, fan_in)).relu()
    assert abs(float(y.detach().square().mean()) - 1) < 0.1


def test_an_adam_step_changes_the_output_alike_for_all_fan_ins() -> None:
    changes = []
    for fan_in in (16, 1024):
        layer = EqualisedLinear(fan_in, 1, bias=False)
        before = layer.weight.detach().clone()
        optimizer = torch.optim.Adam(layer.parameters(), lr=1e-2)
        layer(torch.ones(1, fan_in)).sum().backward()
        optimizer.step()
        changes.append(float((before - layer.weight.detach()).norm() * layer.scale))
    assert changes[0] == pytest.approx(changes[1], rel=1e-3)

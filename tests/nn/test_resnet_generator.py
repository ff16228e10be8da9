"""CycleGAN's generator: sizes, range, structure."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganzoo.errors import ConfigError
from ganzoo.nn.resnet_generator import ResidualBlock, ResNetGenerator


@pytest.mark.parametrize("size", [(16, 16), (30, 22), (14, 32), (5, 7), (6, 33)])
def test_every_size_is_kept(size: tuple[int, int]) -> None:
    net = ResNetGenerator(in_channels=1, out_channels=2, width=4, blocks=1)
    y = net(torch.randn(2, 1, *size))
    assert y.shape == (2, 2, *size)
    assert y.abs().max() <= 1


def test_structure() -> None:
    net = ResNetGenerator(width=4, blocks=3)
    bottom: list[torch.Size] = []
    net.blocks.register_forward_hook(lambda module, given, result: bottom.append(result.shape))
    net(torch.randn(1, 3, 32, 32))
    assert bottom == [(1, 16, 8, 8)]
    assert sum(isinstance(m, ResidualBlock) for m in net.modules()) == 3
    assert not any(isinstance(m, nn.BatchNorm2d) for m in net.modules())


def test_a_residual_block_adds_to_its_input() -> None:
    block = ResidualBlock(3)
    with torch.no_grad():
        block.stack[3].weight.zero_()
    x = -torch.rand(2, 3, 4, 4)
    torch.testing.assert_close(block(x), x)


def test_every_weight_matters() -> None:
    torch.manual_seed(0)
    net = ResNetGenerator(in_channels=1, out_channels=1, width=4, blocks=2)
    net(torch.randn(2, 1, 12, 12)).square().sum().backward()
    weights = {name: p for name, p in net.named_parameters() if name.endswith("weight")}
    assert all(p.grad is not None and p.grad.abs().max() > 0 for p in weights.values())


def test_too_small() -> None:
    with pytest.raises(ConfigError, match="5 x 5"):
        ResNetGenerator(width=2)(torch.zeros(1, 3, 8, 4))

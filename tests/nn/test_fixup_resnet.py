"""Resampling against convolutions, and blocks that start as the identity."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import conv2d, conv_transpose2d, leaky_relu

from ganzoo.nn.fixup_resnet import GAIN, Block, Body, Convolution, Resampling


@pytest.mark.parametrize("filter", [(1.0, 2.0, 1.0), (1.0,), (1.0, 4.0, 6.0, 4.0, 1.0), (1.0, 0.5, 3.0)])
@pytest.mark.parametrize("size", [(4, 6), (7, 5)])
def test_resampling_is_a_strided_convolution_per_channel(filter, size) -> None:
    x = torch.randn(2, 3, *size, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    taps = torch.tensor([a + b for a, b in zip((*filter, 0), (0, *filter), strict=True)], dtype=torch.float64)
    kernel = (taps[:, None] * taps / taps.sum() ** 2).expand(3, 1, -1, -1)
    settings = {"stride": 2, "padding": len(filter) // 2, "groups": 3}
    assert torch.allclose(Resampling(3, 3, filter, up=True)(x), conv_transpose2d(x, 4 * kernel, **settings))
    assert torch.allclose(Resampling(3, 3, filter, up=False)(x), conv2d(x, kernel, **settings))


def test_where_the_width_changes_a_convolution_follows_or_precedes() -> None:
    x = torch.randn(1, 2, 4, 4)
    for up in (True, False):
        resample = Resampling(2, 5, (1.0, 2.0, 1.0), up=up)
        plain = Resampling(2, 2, (1.0, 2.0, 1.0), up=up)
        assert plain.project is None
        assert torch.allclose(resample(x), resample.project(plain(x)), atol=1e-6)


def test_a_block_by_hand() -> None:
    block = Block(4, 2, 2, 3, blocks=1)
    x = torch.randn(2, 4, 5, 5)
    assert torch.equal(block(x), x), "it starts as the identity"
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.normal_()
    y = leaky_relu(conv2d(x, block.expand.weight) + block.activation1.bias[:, None, None], 0.2)
    y = leaky_relu(conv2d(y, block.mix.weight, padding=1, groups=2) + block.activation2.bias[:, None, None], 0.2)
    assert torch.allclose(block(x), x + conv2d(y, block.contract.weight), atol=1e-4)


def test_weights_start_at_hes_scale_divided_by_the_fourth_root_of_the_blocks() -> None:
    block = Block(64, 8, 2, 3, blocks=16)
    for layer, fan_in in ((block.expand, 64), (block.mix, 16 * 9)):
        assert float(layer.weight.detach().std()) == pytest.approx(GAIN / 2 / math.sqrt(fan_in), rel=0.03)
    assert not block.contract.weight.any() and not block.activation1.bias.any()
    variance = leaky_relu(torch.randn(100_000), 0.2).square().mean() * GAIN**2
    assert float(variance) == pytest.approx(1.0, abs=0.02)


def test_a_body_counts_its_blocks_and_knows_its_types() -> None:
    body = Body((8, 8, 4), (1, 1, 1), (2, 1, 3), 2, 3, (1.0, 2.0, 1.0))
    assert [len(stage) for stage in body.stages()] == [2, 1, 3]
    std = float(body.stages()[0][0].expand.weight.detach().std())
    assert std == pytest.approx(GAIN * 6**-0.25 / math.sqrt(8), rel=0.25)
    assert [layer.project is None for layer in body.resampling(up=False)] == [True, False]
    half, full = torch.bfloat16, torch.float32
    assert body.types(torch.zeros(1), 2) == [full, half, half] and body.types(torch.zeros(1), 0) == [full] * 3


def test_a_convolution_computes_in_the_type_of_its_input() -> None:
    assert Convolution(2, 2)(torch.zeros(1, 2, 3, 3, dtype=torch.bfloat16)).dtype == torch.bfloat16

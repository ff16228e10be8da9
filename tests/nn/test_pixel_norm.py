"""Pixel normalisation: exact values."""

from __future__ import annotations

import torch

from ganzoo.nn.pixel_norm import PixelNorm


def test_each_pixel_has_root_mean_square_one_and_keeps_its_direction() -> None:
    x = 5 * torch.randn(2, 6, 3, 4, dtype=torch.float64)
    y = PixelNorm()(x)
    torch.testing.assert_close(y.square().mean(1), torch.ones(2, 3, 4, dtype=torch.float64), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(torch.cosine_similarity(x, y, dim=1), torch.ones(2, 3, 4, dtype=torch.float64))


def test_by_hand_and_zero() -> None:
    y = PixelNorm()(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    torch.testing.assert_close(y, torch.tensor([[3.0, 4.0], [0.0, 0.0]]) / 12.5**0.5)
    assert torch.autograd.gradcheck(PixelNorm(), torch.randn(2, 3, 2, dtype=torch.float64, requires_grad=True))

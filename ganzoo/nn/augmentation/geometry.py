"""Affine maps of the image plane, resampled without aliasing (arXiv:2006.06676, appendix B).

An image is enlarged twofold through the low-pass filter of the sym6 wavelet, sampled there bilinearly, and made small
through the same filter. The wavelet is orthonormal, so that both steps together change nothing; it preserves
polynomials, so that sampling moves nothing. Beyond its border an image goes on mirrored.

Matrices are (N, 3, 3), act on (right, down, 1) in pixels from the image's centre, and lead from a pixel of the result
back to where it is taken from.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d

from ganzoo.nn.augmentation.blit import mirrored, pick
from ganzoo.nn.augmentation.constants import constant

# Low-pass filter of Daubechies' least asymmetric wavelet with six vanishing moments (Ten Lectures on Wavelets, 1992).
SYM6 = (
    0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633, 0.4910559419267466,
    0.787641141030194, 0.3379294217276218, -0.07263752278646252, -0.021060292512300564, 0.04472490177066578,
    0.0017677118642428036, -0.007800708325034148,
)  # fmt: skip
CENTRE = sum(k * weight for k, weight in enumerate(SYM6)) / sum(SYM6)  # where the filter puts a sample
MARGIN = 3  # pixels beyond the border that the filter sees when a pixel on the border is asked for


def matrices(rows: list[list[Tensor]]) -> Tensor:
    """(N, 3, 3) from the first two rows, whose entries are (N,)."""
    zero = torch.zeros_like(rows[0][0])
    return torch.stack([torch.stack(row, 1) for row in (*rows, [zero, zero, zero + 1])], 1)


def scaling(right: Tensor, down: Tensor) -> Tensor:
    """Back from an image enlarged by these factors (N,)."""
    zero = torch.zeros_like(right)
    return matrices([[1 / right, zero, zero], [zero, 1 / down, zero]])


def rotation(angle: Tensor) -> Tensor:
    """Back from an image turned counter-clockwise by angle (N,), in radians."""
    cosine, sine, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    return matrices([[cosine, -sine, zero], [sine, cosine, zero]])  # "down" points down: clockwise in these axes


def translation(right: Tensor, down: Tensor) -> Tensor:
    """Back from an image moved by these numbers of pixels (N,)."""
    one, zero = torch.ones_like(right), torch.zeros_like(right)
    return matrices([[one, zero, -right], [zero, one, -down]])


def warp(x: Tensor, back: Tensor) -> Tensor:
    """Images (N, C, H, W) seen through `back` (N, 3, 3); an identity leaves its image as it is, bit for bit."""
    height, width = x.shape[-2:]
    enlarged = enlarge(x)
    down = sample_positions(height, x)[:, None].expand(-1, 2 * width + 10)
    right = sample_positions(width, x)[None, :].expand(2 * height + 10, -1)
    plane = torch.stack([right, down, torch.ones_like(right)], -1)  # (2 H + 10, 2 W + 10, 3)
    source = torch.einsum("hwk,nlk->nlhw", plane, back[:, :2])
    sampled = bilinear(enlarged, enlarged_index(source[:, 1], height), enlarged_index(source[:, 0], width))
    untouched = (back == torch.eye(3, dtype=back.dtype, device=back.device)).all(2).all(1)
    return torch.where(untouched[:, None, None, None], x, reduce(sampled))


def sample_positions(size: int, like: Tensor) -> Tensor:
    """Where the numbers lie from which `reduce` makes `size` pixels, in pixels from the centre."""
    steps = torch.arange(2 * size + 10, device=like.device, dtype=like.dtype)
    return (steps - CENTRE) / 2 - (size - 1) / 2


def enlarged_index(position: Tensor, size: int) -> Tensor:
    """The (fractional) index in `enlarge`d images of positions in pixels from the centre, mirrored at the borders."""
    last = max(size - 1, 1)
    inside = last - ((position + (size - 1) / 2).remainder(2 * last) - last).abs()
    return 2 * inside.clamp(max=size - 1) + (CENTRE + 2 * MARGIN)


def kernels(x: Tensor, gain: float) -> tuple[Tensor, Tensor]:
    """The filter, times gain, along columns and along rows."""
    weights = tuple(gain * weight for weight in SYM6)
    down, right = (constant(weights, shape, x.dtype, x.device) for shape in ((1, 1, -1, 1), (1, 1, 1, -1)))
    return down, right


def enlarge(x: Tensor) -> Tensor:
    """Images with MARGIN mirrored pixels on all sides, twice as large."""
    n, channels, height, width = x.shape
    rows, columns = (mirrored(torch.arange(-MARGIN, s + MARGIN, device=x.device), s) for s in (height, width))
    padded = x[:, :, rows][:, :, :, columns].reshape(n * channels, 1, height + 2 * MARGIN, width + 2 * MARGIN)
    down, right = kernels(x, math.sqrt(2))
    enlarged = conv_transpose2d(conv_transpose2d(padded, down, stride=(2, 1)), right, stride=(1, 2))
    return enlarged.view(n, channels, *enlarged.shape[-2:])


def reduce(x: Tensor) -> Tensor:
    """(N, C, 2 H + 10, 2 W + 10) -> (N, C, H, W)."""
    n, channels, height, width = x.shape
    down, right = kernels(x, 1 / math.sqrt(2))
    small = conv2d(conv2d(x.reshape(n * channels, 1, height, width), down, stride=(2, 1)), right, stride=(1, 2))
    return small.view(n, channels, *small.shape[-2:])


def bilinear(x: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Images at fractional rows and columns (N, h, w), all inside. Unlike in grid_sample, second gradients pass."""
    top, left = rows.floor(), columns.floor()
    below, beside = (rows - top)[:, None], (columns - left)[:, None]
    up, side = top.long(), left.long()
    upper = torch.lerp(pick(x, up, side), pick(x, up, side + 1), beside)
    lower = torch.lerp(pick(x, up + 1, side), pick(x, up + 1, side + 1), beside)
    return torch.lerp(upper, lower, below)

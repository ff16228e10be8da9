"""Low-pass filters of a given cutoff, and resampling with them (arXiv:2106.12423, section 2 and appendix C)."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d, pad


def low_pass(taps: int, cutoff: float, width: float, rate: float, *, radial: bool = False) -> Tensor | None:
    """A windowed sinc, (taps,), or a windowed jinc, (taps, taps), whose numbers sum to 1; None for one tap.

    Args:
        cutoff: where half of the amplitude is left, in the unit of `rate`.
        width: of the transition band around it.
        rate: of the samples that are filtered.
        radial: equal in all directions.
    """
    if taps == 1:
        return None
    places = (torch.arange(taps, dtype=torch.float64) - (taps - 1) / 2) / rate
    window = torch.kaiser_window(taps, periodic=False, beta=kaiser_beta(taps, width / (rate / 2)), dtype=torch.float64)
    if radial:
        radius = torch.hypot(places[:, None], places[None]).clamp_min(1e-12)
        kernel = torch.special.bessel_j1(2 * math.pi * cutoff * radius) / (math.pi * radius)
        kernel = kernel * torch.outer(window, window)
    else:
        kernel = torch.sinc(2 * cutoff * places) * window
    return (kernel / kernel.sum()).float()


def kaiser_beta(taps: int, width: float) -> float:
    """The shape of Kaiser's window for a transition band of `width`, in parts of half the sampling rate."""
    attenuation = 2.285 * (taps - 1) * math.pi * width + 7.95  # decibels
    if attenuation > 50:
        return 0.1102 * (attenuation - 8.7)
    return 0.5842 * (attenuation - 21) ** 0.4 + 0.07886 * (attenuation - 21) if attenuation > 21 else 0.0


def raise_rate(x: Tensor, kernel: Tensor | None, factor: int, padding: tuple[int, int, int, int]) -> Tensor:
    """(N, C, H, W) -> zeros between the pixels, padded, then the kernel with a gain of factor^2.

    Args:
        kernel: (taps,); None leaves the pixels.
        padding: (left, right, top, bottom) after the zeros came in, and before the kernel; negative ones cut off.
    """
    if kernel is None:
        return pad(x, padding) if factor == 1 else _between(x, factor, padding)
    left, right, top, bottom = padding
    taps = (kernel.to(x.dtype) * factor).expand(x.shape[1], 1, -1)
    y = conv_transpose2d(x, taps[..., None], stride=(factor, 1), groups=x.shape[1])
    y = _cut(y, 2, len(kernel) - 1 - top, factor * x.shape[2] + top + bottom - len(kernel) + 1)
    y = conv_transpose2d(y, taps[:, :, None], stride=(1, factor), groups=x.shape[1])
    return _cut(y, 3, len(kernel) - 1 - left, factor * x.shape[3] + left + right - len(kernel) + 1)


def lower_rate(x: Tensor, kernel: Tensor | None, factor: int) -> Tensor:
    """(N, C, H, W) -> the kernel, (taps,) or (taps, taps), where it fits, then every factor-th pixel."""
    if kernel is None:
        return x[:, :, ::factor, ::factor]
    kernel = kernel.to(x.dtype)
    if kernel.ndim == 2:
        return conv2d(x, kernel.flip(0, 1).expand(x.shape[1], 1, -1, -1), stride=factor, groups=x.shape[1])
    taps = kernel.flip(0).expand(x.shape[1], 1, -1)
    y = conv2d(x, taps[..., None], stride=(factor, 1), groups=x.shape[1])
    return conv2d(y, taps[:, :, None], stride=(1, factor), groups=x.shape[1])


def _cut(x: Tensor, axis: int, start: int, size: int) -> Tensor:
    """`size` pixels of an axis from `start` on; beyond the ends there are zeros."""
    before, after = -start, start + size - x.shape[axis]
    return pad(x, (0, 0, before, after) if axis == 2 else (before, after))


def _between(x: Tensor, factor: int, padding: tuple[int, int, int, int]) -> Tensor:
    n, channels, height, width = x.shape
    y = x.new_zeros(n, channels, height * factor, width * factor)
    y[:, :, ::factor, ::factor] = x
    return pad(y, padding)

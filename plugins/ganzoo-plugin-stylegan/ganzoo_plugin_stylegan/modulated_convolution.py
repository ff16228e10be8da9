"""Convolutions whose weights a style scales, one way for every sample (arXiv:1912.04958, section 2.2)."""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo_plugin_stylegan.upfirdn import convolve, convolve_up

EPS = 1e-8


def modulated_convolution(
    x: Tensor, weight: Tensor, style: Tensor, *, demodulate: bool = True, up: Tensor | None = None
) -> Tensor:
    """(N, I, H, W), (O, I, k, k), (N, I) -> (N, O, H, W), or (N, O, 2 H, 2 W) with the taps of a filter in `up`.

    Equation 1 scales the weights by the style of their input, equation 3 divides them by their norm. Both commute with
    the convolution: the style can act on the input, and the norm on the output. So one set of weights serves the
    whole batch, where a set per sample would take N times the memory and a grouped convolution.
    """
    x = x * style[:, :, None, None]
    y = convolve(x, weight) if up is None else convolve_up(x, weight, up)
    return y * demodulation(weight, style)[:, :, None, None] if demodulate else y


def demodulation(weight: Tensor, style: Tensor) -> Tensor:
    """(O, I, k, k), (N, I) -> (N, O): one over the norm of each output's scaled weights."""
    return torch.rsqrt(style.square() @ energy(weight).t() + EPS)


def energy(weight: Tensor) -> Tensor:
    """(O, I, k, k) -> (O, I): the squares' sums; tap by tap, which reads the weights once and writes no squares."""
    first, *others = weight.flatten(2).unbind(2)
    total = first.square()
    for tap in others:
        total = torch.addcmul(total, tap, tap, out=None if torch.is_grad_enabled() else total)
    return total


def in_quick_layout(weight: Tensor) -> Tensor:
    """The same weights (O, I, k, k) in the order in memory that convolutions of channels_last images read.

    Otherwise they would be put into this order at every call.
    """
    return weight.contiguous(memory_format=torch.channels_last)

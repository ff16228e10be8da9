"""Doubling and halving images, and convolutions that do, with a separable low-pass filter (arXiv:1904.11486).

The filter's taps (T,) sum to 1; convolutions are true ones, so that a filter that is not symmetric is turned round for
torch's correlation. Zeros lie outside of an image. Everything works in either memory format, and is quickest in
channels_last, where a depthwise convolution reads whole pixels.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d, pad

from ganzoo.errors import ConfigError


def normalised(filter: Sequence[float]) -> Tensor:
    """Taps of a low-pass filter, scaled to the sum 1. Raises: ConfigError."""
    taps = torch.tensor(filter, dtype=torch.float64)
    if len(filter) < 2 or float(sum(filter)) == 0:
        raise ConfigError(f"resample_filter={tuple(filter)}: a filter has 2 taps or more, and their sum is not 0")
    return (taps / taps.sum()).float()


def blur(x: Tensor, taps: Tensor, before: int, after: int, *, gain: float = 1.0, stride: int = 1) -> Tensor:
    """(N, C, H, W) -> sides of (H + before + after - T) // stride + 1: filtered along each axis.

    Args:
        before, after: zeros put at the two ends of each axis; negative ones cut off.
        gain: of the filter as a whole.
    """
    if before != after or before < 0:
        x, before = pad(x, (before, after, before, after)), 0
    kernel = (taps.to(x.dtype) * gain**0.5).flip(0).expand(x.shape[1], 1, -1)
    y = conv2d(x, kernel[..., None], stride=(stride, 1), padding=(before, 0), groups=x.shape[1])
    return conv2d(y, kernel[:, :, None], stride=(1, stride), padding=(0, before), groups=x.shape[1])


def upsample(x: Tensor, taps: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, C, 2 H, 2 W): zeros between the pixels, then the filter with a gain of 4."""
    kernel = (2 * taps.to(x.dtype)).expand(x.shape[1], 1, -1)
    first = (len(taps) - 2) // 2  # what is cut off in front; as much is cut off behind, or one more
    y = conv_transpose2d(x, kernel[..., None], stride=(2, 1), padding=(first, 0), groups=x.shape[1])
    y = conv_transpose2d(y, kernel[:, :, None], stride=(1, 2), padding=(0, first), groups=x.shape[1])
    return y if len(taps) % 2 == 0 else y[:, :, :-1, :-1]


def downsample(x: Tensor, taps: Tensor) -> Tensor:
    """(N, C, 2 H, 2 W) -> (N, C, H, W): the filter, then every other pixel."""
    return blur(x, taps, (len(taps) - 1) // 2, (len(taps) - 2) // 2, stride=2)


def convolve(x: Tensor, weight: Tensor) -> Tensor:
    """(N, I, H, W), (O, I, k, k) -> (N, O, H, W), k odd."""
    return conv2d(x, weight, padding=weight.shape[-1] // 2)


def convolve_up(x: Tensor, weight: Tensor, taps: Tensor) -> Tensor:
    """(N, I, H, W), (O, I, k, k) -> (N, O, 2 H, 2 W): zeros between the pixels, the weights, then the filter.

    As published networks have it, the weights' convolution is a true one here, while `convolve` is a correlation.
    """
    if (size := weight.shape[-1]) == 1:
        return upsample(conv2d(x, weight), taps)  # fewer pixels to convolve
    y = conv_transpose2d(x, weight.transpose(0, 1), stride=2)
    edge = size // 2 - size + 1
    return blur(y, taps, (len(taps) + 1) // 2 + edge, (len(taps) - 2) // 2 + edge + 1, gain=4.0)


def convolve_down(x: Tensor, weight: Tensor, taps: Tensor) -> Tensor:
    """(N, I, 2 H, 2 W), (O, I, k, k) -> (N, O, H, W): the filter, then the weights at every other pixel."""
    if (size := weight.shape[-1]) == 1:
        return conv2d(downsample(x, taps), weight)
    edge = size // 2
    return conv2d(blur(x, taps, (len(taps) - 1) // 2 + edge, (len(taps) - 2) // 2 + edge), weight, stride=2)

"""A ResNet without normalisation: grouped inverted bottlenecks that start at zero, resampled by one filter.

The backbone of R3GAN (arXiv:2501.05441, section 4 and appendix). No layer has a bias but the activations.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, leaky_relu, linear, pad

SLOPE = 0.2
GAIN = math.sqrt(2 / (1 + SLOPE**2))  # keeps the variance through a leaky ReLU


class Convolution(nn.Module):
    """A convolution without bias, in the type of its input; weights start at N(0, gain^2 / fan in)."""

    def __init__(self, before: int, after: int, kernel: int = 1, groups: int = 1, gain: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(after, before // groups, kernel, kernel))
        self.weight.data *= gain / math.sqrt(before // groups * kernel**2)
        self.groups = groups

    def forward(self, x: Tensor, padding: int | None = None) -> Tensor:
        padding = self.weight.shape[-1] // 2 if padding is None else padding
        return conv2d(x, self.weight.to(x.dtype), padding=padding, groups=self.groups)


class Linear(nn.Module):
    """A linear map without bias; weights start at N(0, gain^2 / fan in)."""

    def __init__(self, before: int, after: int, gain: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(after, before) * gain / math.sqrt(before))

    def forward(self, x: Tensor) -> Tensor:
        return linear(x, self.weight.to(x.dtype))


class BiasedActivation(nn.Module):
    """Leaky ReLU of x plus a bias per channel."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        return leaky_relu(x + self.bias.to(x.dtype).view(1, -1, 1, 1), SLOPE)


class Block(nn.Module):
    """x plus an inverted bottleneck of it, which starts at zero (fix-up, arXiv:1901.09321).

    Args:
        blocks: residual blocks in the network; the more there are, the smaller they start.
    """

    def __init__(self, width: int, groups: int, expansion: int, kernel: int, blocks: int) -> None:
        super().__init__()
        wide = width * expansion
        gain = GAIN * blocks ** (-1 / 4)  # L^(-1 / (2 m - 2)) for m = 3 layers in a block
        self.expand = Convolution(width, wide, gain=gain)
        self.activation1 = BiasedActivation(wide)
        self.mix = Convolution(wide, wide, kernel, groups, gain=gain)
        self.activation2 = BiasedActivation(wide)
        self.contract = Convolution(wide, width, gain=0.0)

    def forward(self, x: Tensor) -> Tensor:
        y = self.mix(self.activation1(self.expand(x)))
        return x + self.contract(self.activation2(y))


class Resampling(nn.Module):
    """Twice or half the size through one separable low-pass filter, and a 1 x 1 convolution where the width changes.

    Args:
        filter: an odd number of taps; together with [1, 1] they make the filter, so that [1, 2, 1] gives [1, 3, 3, 1].

    Shifted copies are added up: on the CPU that makes the whole network twice as fast as a convolution per channel.
    """

    def __init__(self, before: int, after: int, filter: Sequence[float], *, up: bool) -> None:
        super().__init__()
        taps = [a + b for a, b in zip([*filter, 0.0], [0.0, *filter], strict=True)]
        self.taps = [tap * (2 if up else 1) / sum(taps) for tap in taps]
        self.up = up
        self.project = Convolution(before, after) if before != after else None

    def forward(self, x: Tensor) -> Tensor:
        if self.up and self.project is not None:
            x = self.project(x)
        half, x = x.dtype, x.float() if x.dtype == torch.bfloat16 else x  # rounded once, as a convolution's sum is
        for dim in (2, 3):
            x = self.enlarged(x, dim) if self.up else self.reduced(x, dim)
        x = x.to(half)
        return x if self.up or self.project is None else self.project(x)

    def enlarged(self, x: Tensor, dim: int) -> Tensor:
        """Number 2 q + r of the result is the sum of x[q + d] times tap number radius + r - 2 d."""
        radius, size = len(self.taps) // 2 - 1, x.shape[dim]
        reach = (radius + 1) // 2
        padded = zeros_around(x, dim, reach, reach)
        phases = []
        for r in (0, 1):
            shifts = [d for d in range(-reach, reach + 1) if 0 <= radius + r - 2 * d < len(self.taps)]
            terms = [self.taps[radius + r - 2 * d] * padded.narrow(dim, reach + d, size) for d in shifts]
            phases.append(functools.reduce(torch.add, terms))
        return torch.stack(phases, dim + 1).flatten(dim, dim + 1)

    def reduced(self, x: Tensor, dim: int) -> Tensor:
        """Number q of the result is the sum of x[2 q + k - radius] times tap number k."""
        radius, size = len(self.taps) // 2 - 1, x.shape[dim] // 2
        padded = zeros_around(x, dim, radius, radius)
        every = [slice(None)] * dim
        terms = [tap * padded[(*every, slice(k, k + 2 * size, 2))] for k, tap in enumerate(self.taps)]
        return functools.reduce(torch.add, terms)


def zeros_around(x: Tensor, dim: int, before: int, after: int) -> Tensor:
    return pad(x, (0, 0) * (x.ndim - 1 - dim) + (before, after))


@dataclass(frozen=True)
class Body:
    """What both networks are made of, from the 4 x 4 stage to that of the image: per stage its width, its groups of
    the convolution in the middle of a block, and its blocks."""

    widths: tuple[int, ...]
    groups: tuple[int, ...]
    blocks: tuple[int, ...]
    expansion: int
    kernel: int
    filter: tuple[float, ...]

    def stages(self) -> nn.ModuleList:
        per_stage = zip(self.widths, self.groups, self.blocks, strict=True)
        rest = self.expansion, self.kernel, sum(self.blocks)
        return nn.ModuleList(
            nn.Sequential(*(Block(width, groups, *rest) for _ in range(blocks))) for width, groups, blocks in per_stage
        )

    def resampling(self, *, up: bool) -> nn.ModuleList:
        """Between each two stages, the smaller first."""
        pairs = itertools.pairwise(self.widths)
        ordered = (pair if up else pair[::-1] for pair in pairs)
        return nn.ModuleList(Resampling(before, after, self.filter, up=up) for before, after in ordered)

    def types(self, x: Tensor, bf16_stages: int) -> list[torch.dtype]:
        """In what each stage computes: bfloat16 in the last so many, else the type of x."""
        count = len(self.widths)
        return [torch.bfloat16 if stage >= count - bf16_stages else x.dtype for stage in range(count)]

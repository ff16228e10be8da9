"""Images that are no digits, which the digits judge learns to reject; without them it is sure of noise.

Training on such outliers is Hendrycks et al. 2019, "Deep anomaly detection with outlier exposure", arXiv:1812.04606.
All functions return (N, 1, 16, 16) in [-1, 1] and draw from the generator that they are given.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

SIZE = 16


def not_digits(digits: Tensor, labels: Tensor, rng: torch.Generator) -> Tensor:
    """As many images as digits (N, 1, 16, 16) with labels (N,) are given, of all kinds below in equal parts."""
    makers: list[Callable[[int], Tensor]] = [
        lambda n: pixel_noise(n, rng),
        lambda n: smooth_noise(n, rng),
        lambda n: constant(n, rng),
        lambda n: untrained_generator(n, rng),
        lambda n: shuffled_patches(digits[:n], rng),
        lambda n: blends(digits, labels, rng)[:n],
    ]
    sizes = [len(digits) * (i + 1) // len(makers) - len(digits) * i // len(makers) for i in range(len(makers))]
    return torch.cat([maker(n) for maker, n in zip(makers, sizes, strict=True)])


def pixel_noise(n: int, rng: torch.Generator) -> Tensor:
    """Independent pixels at 8, 16 or 32: uniform, Gaussian, or black and white, around a random mean."""
    size = (8, 16, 32)[int(torch.randint(3, (), generator=rng))]
    shape = (n, 1, size, size)
    mean, spread = uniform(n, -0.9, 0.9, rng), uniform(n, 0.1, 1.2, rng)
    kinds = torch.stack(
        [
            torch.rand(shape, generator=rng) * 2 - 1,
            mean + spread * torch.randn(shape, generator=rng),
            torch.where(torch.rand(shape, generator=rng) < (mean + 1) / 2, 1.0, -1.0),
        ]
    )
    return fit(pick(kinds, rng))


def smooth_noise(n: int, rng: torch.Generator) -> Tensor:
    """Noise of 2 to 8 pixels drawn up to full size: blobs and clouds, some squashed to black and white."""
    cells = int(torch.randint(2, 9, (), generator=rng))
    coarse = torch.randn(n, 1, cells, cells, generator=rng) + uniform(n, -1.0, 0.5, rng)
    smooth = F.interpolate(coarse, (SIZE, SIZE), mode="bicubic" if cells > 2 else "bilinear", align_corners=False)
    return torch.tanh(smooth * uniform(n, 0.3, 5.0, rng))


def constant(n: int, rng: torch.Generator) -> Tensor:
    """One grey value each, or a slope between two, with or without faint noise; black and white among them."""
    slope = torch.linspace(-1, 1, SIZE).expand(n, 1, SIZE, SIZE) * uniform(n, -0.5, 0.5, rng) * coin(n, rng)
    slope = torch.where(coin(n, rng) > 0, slope, slope.mT)
    level = (1.3 * uniform(n, -1.0, 1.0, rng)).clamp(-1, 1)
    return (level + slope + uniform(n, 0.0, 0.1, rng) * coin(n, rng) * noise(n, rng)).clamp(-1, 1)


def untrained_generator(n: int, rng: torch.Generator) -> Tensor:
    """What transposed convolutions make of noise: new random weights and a random contrast at every call."""
    width, size = 16, (8, 16, 32)[int(torch.randint(3, (), generator=rng))]
    x = torch.randn(n, width, 4, 4, generator=rng)
    if float(torch.rand((), generator=rng)) < 0.7:
        x = torch.einsum("nz,zcij->ncij", x[:, :, 0, 0], torch.randn(width, width, 4, 4, generator=rng) / 4)
    while x.shape[-1] < size:
        last = x.shape[-1] * 2 >= size
        weight = torch.randn(width, 1 if last else width, 4, 4, generator=rng) * (4 * width) ** -0.5
        x = F.relu(F.batch_norm(x, None, None, training=True)) if n > 1 else F.relu(x)
        x = F.conv_transpose2d(x, weight, stride=2, padding=1)
    bias = uniform(n, -0.5, 0.5, rng) if float(torch.rand((), generator=rng)) < 0.5 else 0.0
    return fit(torch.tanh(x * 10 ** float(torch.rand((), generator=rng) * 2 - 1.5) * 2 + bias))


def shuffled_patches(digits: Tensor, rng: torch.Generator) -> Tensor:
    """The digits, cut into 4x4 patches of 4 pixels that change places."""
    n = len(digits)
    patches = F.unfold(digits, kernel_size=4, stride=4)
    order = torch.rand(n, 1, patches.shape[2], generator=rng).argsort(dim=2)
    return F.fold(patches.gather(2, order.expand_as(patches)), (SIZE, SIZE), kernel_size=4, stride=4)


def blends(digits: Tensor, labels: Tensor, rng: torch.Generator) -> Tensor:
    """Two digits of different classes in one image: their average, the brighter of both, or half of each."""
    n = len(digits)
    order = torch.randperm(n, generator=rng)
    different = labels != labels[order]
    first, second = digits[different], digits[order][different]
    n = len(first)
    share = uniform(n, 0.35, 0.65, rng)
    half = (torch.arange(SIZE) < SIZE // 2).expand(n, 1, SIZE, SIZE)
    half = torch.where(coin(n, rng) > 0, half, half.mT)
    average, brighter = torch.lerp(first, second, share), torch.maximum(first, second)
    return pick(torch.stack([average, brighter, torch.where(half, first, second)]), rng)


def fit(images: Tensor) -> Tensor:
    """To 16x16, clipped to [-1, 1]."""
    return F.interpolate(images.clamp(-1, 1), (SIZE, SIZE), mode="bilinear", antialias=True, align_corners=False)


def pick(kinds: Tensor, rng: torch.Generator) -> Tensor:
    """One of the K kinds for each item: (K, N, ...) to (N, ...)."""
    n = kinds.shape[1]
    return kinds[torch.randint(len(kinds), (n,), generator=rng), torch.arange(n)]


def uniform(n: int, low: float, high: float, rng: torch.Generator) -> Tensor:
    """(N, 1, 1, 1) in [low, high)."""
    return low + (high - low) * torch.rand(n, 1, 1, 1, generator=rng)


def coin(n: int, rng: torch.Generator) -> Tensor:
    """(N, 1, 1, 1) of 0 or 1."""
    return (torch.rand(n, 1, 1, 1, generator=rng) < 0.5).float()


def noise(n: int, rng: torch.Generator) -> Tensor:
    """(N, 1, 16, 16) standard normal."""
    return torch.randn(n, 1, SIZE, SIZE, generator=rng)

"""How the digits judge is trained: real digits, distorted, against images that are no digits."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from ganzoo.data.digits import digits
from ganzoo.metrics.judge_networks import SIZE, DigitsNetwork
from ganzoo.metrics.judges import DigitsJudge
from ganzoo.metrics.not_digits import (
    coin,
    constant,
    noise,
    not_digits,
    pixel_noise,
    smooth_noise,
    uniform,
    untrained_generator,
)
from ganzoo.streams import generator

STEPS = 800
BATCH_SIZE = 128
NOT_A_DIGIT = 10


def losses(network: DigitsNetwork, seed: int) -> Iterator[Tensor]:
    """The loss of every training step: cross-entropy over eleven classes, half of each batch being no digits."""
    rng = generator(seed, "batches")
    train = digits(image_size=8, split="train").first(10_000)
    for _ in range(STEPS):
        chosen = torch.randint(len(train["x"]), (BATCH_SIZE,), generator=rng)
        images, labels = distorted(train["x"][chosen], rng), train["y"][chosen]
        others = not_digits(images, labels, rng)
        targets = torch.cat([labels, torch.full((len(others),), NOT_A_DIGIT)])
        yield F.cross_entropy(network(torch.cat([images, others])), targets)


def distorted(images: Tensor, rng: torch.Generator) -> Tensor:
    """Digits (N, 1, 8, 8) as (N, 1, 16, 16) and as they might have been written.

    Three quarters are rotated, sheared, scaled and shifted a little; half are blurred, half are noisy, and all are
    fainter or stronger.
    """
    n = len(images)
    plain = F.interpolate(images, (SIZE, SIZE), mode="bilinear", align_corners=False)
    x = torch.where(torch.rand(n, 1, 1, 1, generator=rng) < 0.25, plain, moved(images, rng))
    kernel = torch.tensor([1.0, 2.0, 1.0]) / 4
    blurred = F.conv2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), torch.outer(kernel, kernel)[None, None])
    x = torch.lerp(x, blurred, uniform(n, 0.0, 1.0, rng) * coin(n, rng))
    x = (x + 1) * uniform(n, 0.8, 1.1, rng) - 1
    return (x + uniform(n, 0.0, 0.15, rng) * coin(n, rng) * noise(n, rng)).clamp(-1, 1)


def moved(images: Tensor, rng: torch.Generator) -> Tensor:
    """Digits (N, 1, 8, 8) under random affine maps, black around them, as (N, 1, 16, 16)."""
    n = len(images)
    angle = uniform(n, -math.radians(12), math.radians(12), rng).flatten()
    scale, shear = uniform(n, 0.88, 1.15, rng).flatten(), uniform(n, -0.15, 0.15, rng).flatten()
    rows = [angle.cos() * scale, shear - angle.sin() * scale, angle.sin() * scale, angle.cos() * scale]
    shift = 0.15 * (2 * torch.rand(n, 2, 1, generator=rng) - 1)
    maps = torch.cat([torch.stack(rows, dim=1).reshape(n, 2, 2), shift], dim=2)
    grid = F.affine_grid(maps, [n, 1, SIZE, SIZE], align_corners=False)
    # Enlarged first, so that the border fades within half a pixel; ink (x + 1) is 0 outside.
    large = F.interpolate(images, (32, 32), mode="bilinear", align_corners=False)
    return F.grid_sample(large + 1, grid, align_corners=False) - 1


def measurements(judge: DigitsJudge) -> Iterator[tuple[str, float]]:
    """What the judge does on the digits it was not trained on, and on fresh garbage (other seeds than training)."""
    for image_size in (8, 16, 32):
        test = digits(image_size=image_size, split="test").first(10_000)
        yield f"accuracy, {image_size} px", float((judge.predict(test["x"]) == test["y"]).double().mean())
        yield f"digits accepted, {image_size} px", share_accepted(judge, test["x"])
    rng = generator(0, "measurements")
    for name, maker in (
        ("pixel noise", pixel_noise),
        ("smooth noise", smooth_noise),
        ("constant images", constant),
        ("untrained generators", untrained_generator),
    ):
        images = torch.cat([maker(50, rng) for _ in range(40)])
        yield f"{name} accepted", share_accepted(judge, images)


def share_accepted(judge: DigitsJudge, images: Tensor) -> float:
    """Share of images that are taken for a digit with a probability of at least 0.9."""
    return float(judge.accepts(images).double().mean())

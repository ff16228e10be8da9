"""Walking from sample to sample."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.exploration.codes import Codes, Space, between, draw_codes, joined, render
from ganzoo.gan import GAN


def interpolate(
    gan: GAN,
    *,
    seeds: Sequence[int],
    steps: int = 8,
    label: int | None = None,
    space: Space = "z",
    truncation: float | None = None,
) -> Tensor:
    """Samples on the way between the samples of several seeds.

    Args:
        gan: a model that samples from a latent prior.
        seeds: two or more; neighbours are joined, along the prior's own path (an arc for a normal one) in "z", and
            straight in "w" and "w+".
        steps: samples per stretch, both ends included, 2 or more.
        label: for conditional models, the class of all samples; None takes the first seed's.
        space: "z", or "w" or "w+" for models with styles.
        truncation: as in `GAN.sample`.

    Returns: ((len(seeds) - 1) * (steps - 1) + 1, ...) samples.
    Raises: ConfigError; NotSamplable for a model without such a space.
    """
    if len(seeds) < 2:
        raise ConfigError(f"{len(seeds)} seeds: a walk needs at least two")
    ends = draw_codes(gan, seeds, space=space, label=label, truncation=truncation)
    return render(gan, walk(gan, ends, steps), seed=seeds[0])


def walk(gan: GAN, ends: Codes, steps: int) -> Codes:
    """Points on the way between neighbouring ends. Raises: ConfigError."""
    if len(ends) < 2 or steps < 2:
        raise ConfigError(f"{len(ends)} ends and {steps} steps: a walk needs at least two of each")
    points = [ends.rows(slice(i, i + 1)) for i in range(len(ends))]
    path = points[:1]
    for first, second in itertools.pairwise(points):
        path += [between(gan, first, second, step / (steps - 1)) for step in range(1, steps)]
    return joined(path)

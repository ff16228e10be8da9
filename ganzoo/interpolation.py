"""Walking through a model's latent space."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor

from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.gan import GAN


def interpolate(gan: GAN, *, seeds: Sequence[int], steps: int = 8, label: int | None = None) -> Tensor:
    """Samples on the way between the samples of several seeds.

    Args:
        gan: a model that samples from a latent prior.
        seeds: two or more; neighbours are joined along the prior's own path (an arc for a normal one).
        steps: samples per stretch, both ends included, 2 or more.
        label: for conditional models, the class of all samples; None takes the first seed's.

    Returns: ((len(seeds) - 1) * (steps - 1) + 1, ...) samples.
    Raises: ConfigError; NotSamplable for a model without a latent prior.
    """
    if len(seeds) < 2 or steps < 2:
        raise ConfigError(f"{len(seeds)} seeds and {steps} steps: a walk needs at least two of each")
    if getattr(gan, "prior", None) is None:
        raise NotSamplable(f"{type(gan).__name__} has no latent prior to walk through", hint="use sample instead")
    ends = [gan.draw(1, seed) for seed in seeds]
    path = [ends[0]]
    for first, second in itertools.pairwise(ends):
        path += [gan.interpolate_latents(first, second, step / (steps - 1)) for step in range(1, steps)]
    latent = {name: torch.cat([point[name] for point in path]).to(gan.device) for name in ends[0]}
    labels = gan.choose_labels(1, label, seeds[0])
    batch = {} if labels is None else {"y": labels.expand(len(path)).to(gan.device)}
    with gan.evaluation(seeds[0]):
        return gan.generate(latent, batch)

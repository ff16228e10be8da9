"""The same samples at several truncations: from tame to diverse."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.gan import GAN


def truncation_sweep(
    gan: GAN,
    *,
    truncations: Sequence[float] = (0.25, 0.5, 0.75, 1.0),
    n: int = 8,
    seed: int = 0,
    label: int | None = None,
) -> Tensor:
    """Samples (truncations * n, ...), a row of n for each truncation; column i is always sample i of the seed.

    Raises: ConfigError, NotSamplable for a model that cannot be truncated.
    """
    if not truncations:
        raise ConfigError("no truncations were given", hint="such as 0.5, 0.75, 1")
    return torch.cat([gan.sample(n, seed=seed, truncation=value, labels=label) for value in truncations])

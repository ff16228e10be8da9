"""Instance noise: real and fake samples that overlap, so that the critic cannot win outright."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ganzoo.errors import CompatibilityError, ConfigError
from ganzoo.techniques.technique import Technique

if TYPE_CHECKING:
    from ganzoo.game import Turn


class InstanceNoise(Technique):
    """Adds Gaussian noise to everything that a critic sees (arXiv:1610.04490, section 3.2; arXiv:1701.04862).

    Args:
        std: of the noise, in the units of the data (images span 2).
        anneal: falls to zero linearly over the run; else it stays.
    """

    def __init__(self, *, std: float = 0.1, anneal: bool = True) -> None:
        if std < 0:
            raise ConfigError(f"std={std}: a standard deviation is 0 or more")
        self.std = std
        self.anneal = anneal
        self.now = std

    def before_round(self, turn: Turn) -> None:
        self.now = self.std * (1 - turn.round / turn.rounds) if self.anneal else self.std

    def critic_input(self, x: Tensor, kind: str) -> Tensor:
        if not x.is_floating_point():
            raise CompatibilityError(f"instance noise needs continuous data; the critic is shown {x.dtype}")
        return x + self.now * torch.randn(x.shape, generator=self.rng, device=x.device, dtype=x.dtype)

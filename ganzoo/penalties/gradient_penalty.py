"""The gradient penalty of WGAN-GP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ganzoo.errors import CompatibilityError
from ganzoo.penalties.batch_norm import batch_norm_reason
from ganzoo.penalties.gradients import input_gradients, norms
from ganzoo.penalties.penalty import Penalty

if TYPE_CHECKING:
    from ganzoo.game import Batch, Turn


class GradientPenalty(Penalty):
    """E (|gradient of the critic at x| - target)^2, x uniform between a real and a fake (arXiv:1704.00028, eq. 3).

    Args:
        weight: lambda; the paper uses 10 for images and 0.1 for toy data.
        every: rounds between two uses.
        target: the norm that gradients are drawn to; the Lipschitz constant of the optimal critic.

    Each pair has one share of its own, for all its pixels. Conditions of the batch stay with their sample.
    """

    def __init__(self, *, weight: float = 10.0, every: int = 1, target: float = 1.0) -> None:
        super().__init__(weight=weight, every=every)
        self.target = target

    def forward(self, gan: Any, batch: Batch, real: Tensor, fake: Tensor, turn: Turn) -> Tensor:
        if real.shape != fake.shape:
            raise CompatibilityError(
                f"the gradient penalty joins real and fake samples of one shape, not {tuple(real.shape)} and "
                f"{tuple(fake.shape)}",
                hint="r1 needs real samples only",
            )
        share = torch.rand(len(real), *[1] * (real.ndim - 1), generator=turn.rng, device=real.device, dtype=real.dtype)
        between = torch.lerp(real, fake, share)
        return (norms(input_gradients(gan, between, batch, "between")) - self.target).square().mean()

    def refuses(self, gan: Any) -> str | None:
        return batch_norm_reason(gan, self.player)

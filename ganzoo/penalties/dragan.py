"""The gradient penalty of DRAGAN: smooth around the data only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ganzoo.penalties.batch_norm import batch_norm_reason
from ganzoo.penalties.gradients import input_gradients, norms
from ganzoo.penalties.penalty import Penalty

if TYPE_CHECKING:
    from ganzoo.game import Batch, Turn


class Dragan(Penalty):
    """E (|gradient of the critic at x + d| - 1)^2 for real x and small noise d (arXiv:1705.07215, equation 2).

    Args:
        weight: lambda; the paper uses 10.
        every: rounds between two uses.
        spread: size of the noise in standard deviations of the batch.

    d is uniform in +-spread times the standard deviation of all numbers in the batch. The authors' program draws
    from 0 to +spread instead, which moves every image towards white; here the noise is centred, as in the paper.
    """

    def __init__(self, *, weight: float = 10.0, every: int = 1, spread: float = 0.5) -> None:
        super().__init__(weight=weight, every=every)
        self.spread = spread

    def forward(self, gan: Any, batch: Batch, real: Tensor, fake: Tensor, turn: Turn) -> Tensor:
        uniform = 2 * torch.rand(real.shape, generator=turn.rng, device=real.device, dtype=real.dtype) - 1
        around = real + self.spread * real.std(correction=0) * uniform
        return (norms(input_gradients(gan, around, batch, "between")) - 1).square().mean()

    def refuses(self, gan: Any) -> str | None:
        return batch_norm_reason(gan, self.player)

"""R2: the critic is flat at the fakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import Tensor

from ganzoo.penalties.gradients import input_gradients, squared_norms
from ganzoo.penalties.penalty import Penalty

if TYPE_CHECKING:
    from ganzoo.game import Batch, Turn


class R2(Penalty):
    """weight / 2 * E |gradient of the critic at fake x|^2 (arXiv:1801.04406, equation 10).

    Args:
        weight: the paper's gamma; the factor 1/2 is in the value. The paper uses 10.
        every: rounds between two uses.

    R3GAN (arXiv:2501.05441) uses it together with `r1`.
    """

    def __init__(self, *, weight: float = 10.0, every: int = 1) -> None:
        super().__init__(weight=weight, every=every)

    def forward(self, gan: Any, batch: Batch, real: Tensor, fake: Tensor, turn: Turn) -> Tensor:
        return 0.5 * squared_norms(input_gradients(gan, fake, batch, "fake")).mean()

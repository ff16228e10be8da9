"""What a penalty is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from ganzoo.errors import ConfigError

if TYPE_CHECKING:
    from ganzoo.game import Batch, Turn


class Penalty(nn.Module):
    """A term that the loop adds to one player's loss, `weight` times its value.

    Args:
        weight: factor of the term.
        every: rounds between two uses ("lazy" regularisation, arXiv:1912.04958 appendix B); when it is due the
            term is multiplied by `every`, so that its mean strength stays the same.

    `player` is whose loss it joins. State belongs in buffers. `forward` returns the unweighted scalar.
    """

    player = "discriminator"

    def __init__(self, *, weight: float = 1.0, every: int = 1) -> None:
        super().__init__()
        if every < 1:
            raise ConfigError(f"every={every}: a penalty is due every 1 or more rounds")
        self.weight = weight
        self.every = every

    def forward(self, gan: Any, batch: Batch, real: Tensor, fake: Tensor, turn: Turn) -> Tensor:
        """The unweighted penalty. real, fake: what the critic was shown, in value range, without gradients."""
        raise NotImplementedError

    def refuses(self, gan: Any) -> str | None:
        """Why this penalty makes no sense with `gan`; None when it does."""
        return None

"""Weight clipping: WGAN's way of keeping the critic Lipschitz."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from ganzoo.errors import ConfigError
from ganzoo.techniques.players import check_players
from ganzoo.techniques.technique import Technique

if TYPE_CHECKING:
    from ganzoo.game import Turn


class WeightClip(Technique):
    """Clamps every weight of a player to [-limit, limit] after each of its turns (arXiv:1701.07875, algorithm 1).

    Args:
        limit: above 0; the paper uses 0.01.
        player: whose weights.
    """

    def __init__(self, *, limit: float = 0.01, player: str = "discriminator") -> None:
        if not limit > 0:
            raise ConfigError(f"limit={limit}: weights are clipped at a number above 0")
        self.limit = limit
        self.player = player

    def setup(self, run: Any) -> None:
        check_players("weight-clip", (self.player,), run.player_names)
        self.parameters = list(run.parameters(self.player))

    @torch.no_grad()
    def after_turn(self, turn: Turn) -> None:
        if turn.player == self.player:
            torch._foreach_clamp_min_(self.parameters, -self.limit)
            torch._foreach_clamp_max_(self.parameters, self.limit)

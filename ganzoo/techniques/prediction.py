"""The prediction step: a player answers where its opponents are going, not where they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ganzoo.errors import CheckpointError, ConfigError
from ganzoo.techniques.players import check_players
from ganzoo.techniques.technique import Technique

if TYPE_CHECKING:
    from ganzoo.game import Turn


class Prediction(Technique):
    """In these players' turns every other player's weights stand at now + (now - previous) (arXiv:1705.07364, eq. 4).

    Args:
        players: who predicts. One side is enough to make the bilinear game converge.

    "previous" is before the opponent's last turn (the last of its steps, where it takes several in a round).
    Weights that the predicting player trains itself stay where they are. Afterwards all are put back exactly.
    """

    def __init__(self, *, players: tuple[str, ...] = ("discriminator",)) -> None:
        if not players:
            raise ConfigError("prediction without players changes nothing", hint='try players=("discriminator",)')
        self.players = tuple(players)

    def setup(self, run: Any) -> None:
        check_players("prediction", self.players, run.player_names)
        self.weights: dict[str, list[Tensor]] = {name: list(run.parameters(name)) for name in run.player_names}
        self.previous = {
            name: [p.detach().clone() for p in weights]
            for name, weights in self.weights.items()
            if any(player != name for player in self.players)
        }

    @contextmanager
    def around_loss(self, turn: Turn) -> Iterator[None]:
        moved = self.others(turn.player) if turn.player in self.players else {}
        now, previous = list(moved.values()), [self.previous[name][i] for name, i in moved]
        kept = [p.detach().clone() for p in now]
        if turn.player in self.previous:
            copy(self.previous[turn.player], self.weights[turn.player])
        copy(now, [2 * a - b for a, b in zip(kept, previous, strict=True)])
        try:
            yield
        finally:
            copy(now, kept)

    def others(self, player: str) -> dict[tuple[str, int], Tensor]:
        """The weights that are moved in this player's turn, each once, by owner and position."""
        seen = {id(p) for p in self.weights[player]}
        chosen: dict[tuple[str, int], Tensor] = {}
        for name, weights in self.weights.items():
            for i, weight in enumerate(weights):
                if id(weight) not in seen:
                    seen.add(id(weight))
                    chosen[name, i] = weight
        return chosen

    def state_dict(self) -> dict[str, Any]:
        return {f"{name}.{i}": weight for name, weights in self.previous.items() for i, weight in enumerate(weights)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        own = self.state_dict()
        if own.keys() != state.keys():
            raise CheckpointError(f"the state of prediction is of another game: {sorted(own.keys() ^ state.keys())}")
        copy(list(own.values()), [state[key] for key in own])


@torch.no_grad()
def copy(targets: Sequence[Tensor], values: Sequence[Tensor]) -> None:
    """Put the values into the targets, in place."""
    if targets:
        torch._foreach_copy_(list(targets), list(values))

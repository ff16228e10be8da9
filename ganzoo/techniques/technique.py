"""What a technique is: the places of a round at which training can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from torch import Tensor

if TYPE_CHECKING:
    from ganzoo.game import Turn


class Technique:
    """Override the methods that the technique needs; the loop calls them in the order of ganzoo/training/play.py.

    What must survive a stop belongs into `state_dict` (tensors and JSON-able values, by name).
    `rng` is the technique's own stream, set by the loop before `setup`.
    """

    rng: Any = None

    def refuses(self, gan: Any) -> str | None:
        """Why this technique makes no sense with `gan`; None when it does."""
        return None

    def setup(self, run: Any) -> None:
        """Called once, when the run is complete and before it plays or resumes."""

    def before_round(self, turn: Turn) -> None:
        """Before the first player of a round. `turn.player` is ""."""

    def critic_input(self, x: Tensor, kind: str) -> Tensor:
        """Act on what a critic sees. kind: "real", "fake" or "between" (interpolates of a penalty)."""
        return x

    def critic_output(self, logits: Tensor, kind: str) -> None:
        """Look at what the critic says of what it sees; of GANs with one critic only."""

    @contextmanager
    def around_loss(self, turn: Turn) -> Iterator[None]:
        """Surrounds a player's loss, backward pass and optimiser step."""
        yield

    def after_backward(self, turn: Turn) -> None:
        """Gradients are there, the optimiser has not stepped yet."""

    def after_turn(self, turn: Turn) -> None:
        """The player's optimiser has stepped."""

    def after_round(self, turn: Turn) -> None:
        """All players have had their turns. `turn.player` is ""."""

    def state_dict(self) -> dict[str, Any]:
        """What `load_state_dict` needs to go on from here."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` returned."""

"""The rules of the game: who plays (Player), when (Phase), and what a player knows in its turn (Turn)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import Tensor

#: What a player draws, "x" and, where the data have it, "y" or "source"; of several streams, such a batch by stream.
Batch = Mapping[str, Any]
#: A player's loss as named scalar tensors, whose sum it makes small.
Terms = Mapping[str, "Tensor"]
Component = str | Mapping[str, Any]


@dataclass(frozen=True)
class Defaults:
    """How an architecture is trained unless a run says otherwise; the values come from its paper.

    Args:
        loss: of the zoo's adversarial losses, by name or as a mapping with "name" and its arguments.
        penalties, techniques: likewise, in the order in which they act.
        optimizer: of every player that names none itself.
        batch_size: items per player's turn.
        rounds: length of a run.
        ema: decay per round of the average of the weights that sampling uses; None keeps no average.
        players: per player, settings that replace its own, as in a run's plan; recipes set them.
    """

    loss: Component = "non-saturating"
    penalties: tuple[Component, ...] = ()
    techniques: tuple[Component, ...] = ()
    optimizer: Component = field(default_factory=lambda: {"name": "adam", "lr": 2e-4, "betas": (0.5, 0.999)})
    batch_size: int = 64
    rounds: int = 10_000
    ema: float | None = 0.999
    players: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Player:
    """One side of the game: some modules, and the loss that they make small.

    Args:
        name: unique in the GAN.
        modules: names of the sub-modules (or parameters) of the GAN that this player trains.
        loss: (batch, turn) -> named scalar terms; their sum is minimised.
        steps: turns per round.
        streams: of the data; one stream gives a flat batch, several give one batch per stream name.
        batch: items per turn by stream, where they differ from the run's batch size.
        optimizer: where it differs from the GAN's default; a mapping without "name" changes settings only.
        schedule: of the learning rate over the run: "constant", "linear" (constant, then linearly to zero in
            the second half), "cosine", or "exponential"; or a function of the run's progress in [0, 1].
        clip: the largest norm of the player's gradient.
        touches: buffers of other players that a turn changes, besides the running statistics of their
            normalisation layers.
    """

    name: str
    modules: tuple[str, ...]
    loss: Callable[[Batch, Turn], Terms]
    steps: int = 1
    streams: tuple[str, ...] = ("x",)
    batch: Mapping[str, int] = field(default_factory=dict)
    optimizer: Component | None = None
    schedule: str | Callable[[float], float] = "constant"
    clip: float | None = None
    touches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Phase:
    """A part of a run.

    Args:
        name: unique in the GAN.
        share: of the run's rounds, in proportion to the other phases' shares.
        players: who plays, in turn order: names of the GAN's players, or Player objects of this phase
            alone; None means all of the GAN's players.
        on_start, on_end: called with the run when the phase begins and ends (`run.data.map`,
            `run.data.weights`, `run.gan`, `run.rng(name)`).
        until: (turn) -> bool, asked after each round; True ends the phase early.
    """

    name: str
    share: float = 1.0
    players: tuple[str | Player, ...] | None = None
    on_start: Callable[[Any], None] | None = None
    on_end: Callable[[Any], None] | None = None
    until: Callable[[Turn], bool] | None = None


@dataclass(slots=True)
class Turn:
    """What a loss may know about the moment.

    `rng` is the player's own stream of latents, on the training device; `scratch` lives for one round and
    carries what one player hands to the next; `real` and `fake` are what the critic was shown in this turn,
    left there by the loss for the penalties; `log(name, value)` records a tensor beside the terms.
    """

    round: int
    rounds: int
    phase: str
    progress: float
    player: str
    step: int
    rng: torch.Generator
    scratch: dict[str, Any]
    logged: dict[str, Tensor] = field(default_factory=dict)
    real: Tensor | None = None
    fake: Tensor | None = None

    def log(self, name: str, value: Tensor) -> None:
        """Record a scalar tensor of this turn; it is read with the other metrics, not now."""
        self.logged[name] = value.detach().clone()

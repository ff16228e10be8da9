"""What a penalty must do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganzoo.core import components, entries
from ganzoo.core.registered import Registered
from ganzoo.errors import GanzooError
from ganzoo.game import Turn
from ganzoo.gan import GAN
from ganzoo.penalties import Penalty
from ganzoo.testing.requirement import CheckFailed, one_line, require, since
from ganzoo.testing.stage import BATCH_SIZE, Stage
from ganzoo.testing.tiny import random_states, same
from ganzoo.training.loop import train
from ganzoo.weights import named_tensors


class PenaltyTrial(Stage):
    """A penalty under test."""

    def __init__(self, found: Registered[Any]) -> None:
        super().__init__(found, "penalties")

    def value(self, penalty: Penalty | None = None, seed: int = 3) -> tuple[Tensor, GAN, Penalty]:
        """The penalty on one batch of a new GAN, as in its player's turn."""
        gan, data = self.gan()
        penalty = self.build() if penalty is None else penalty
        assert penalty is not None
        batch = data.first(BATCH_SIZE)
        turn = Turn(0, 10, "train", 0.0, penalty.player, 0, torch.Generator().manual_seed(seed), {})
        with torch.no_grad():
            fake = gan.generate(gan.latent(BATCH_SIZE, turn.rng), batch)
        return penalty(gan, batch, batch["x"], fake, turn), gan, penalty


@since("0.1")
def penalty_is_a_finite_scalar(trial: PenaltyTrial) -> None:
    """On a small GAN its value is a finite scalar tensor."""
    try:
        value, _, _ = trial.value()
    except CheckFailed:
        raise
    except Exception as error:
        raise CheckFailed(
            f"on the GAN {trial._chosen and trial._chosen[0]} it ends in {one_line(error)}",
            mend="say in refuses(gan) where it makes no sense",
        ) from error
    require(
        isinstance(value, Tensor) and value.shape == () and bool(value.isfinite()),
        f"its value is {describe(value)}, not a finite scalar tensor",
        mend="return the mean over the batch; the loop multiplies by `weight`",
    )


@since("0.1")
def penalty_reaches_its_player(trial: PenaltyTrial) -> None:
    """Its gradient reaches the weights of the player whose loss it joins, and is finite there."""
    value, gan, penalty = trial.value()
    mine = [player for player in gan.players() if player.name == penalty.player]
    require(
        mine,
        f"it joins the loss of {penalty.player!r}; there are {', '.join(p.name for p in gan.players())}",
        mend="set `player` to the name of a player",
    )
    own = [p for name in mine[0].modules for p in getattr(gan, name).parameters()]
    require(value.requires_grad, "its value depends on no weight", mend="use create_graph=True, and detach nothing")
    grads = [g for g in torch.autograd.grad(value, own, allow_unused=True) if g is not None]
    require(
        any(bool(g.count_nonzero()) for g in grads),
        f"no gradient of it reaches the weights of {penalty.player}",
        mend="call the critic through gan.critic(x, batch, kind), and use create_graph=True for gradients of gradients",
    )
    require(all(bool(g.isfinite().all()) for g in grads), "its gradient holds NaN or infinity", mend="mind norms at 0")


@since("0.1")
def penalty_has_weight_and_every(trial: PenaltyTrial) -> None:
    """`weight` and `every` can be chosen, reach the loop as they were given, and nonsense is refused."""
    try:
        built = components.build(entries.Penalty, {**trial.component, "weight": 0.25, "every": 3})
    except Exception as error:
        raise CheckFailed(
            f"weight=0.25, every=3 cannot be chosen: {one_line(error)}",
            mend="take `*, weight: float = ..., every: int = 1`, and call super().__init__(weight=weight, every=every)",
        ) from error
    require(
        built.weight == 0.25 and built.every == 3,
        f"given weight=0.25 and every=3, it has {built.weight} and {built.every}",
        mend="hand both to super().__init__",
    )
    try:
        components.build(entries.Penalty, {**trial.component, "every": 0})
    except GanzooError:
        return
    raise CheckFailed("every=0 is taken", mend="call super().__init__(weight=weight, every=every), which refuses it")


@since("0.1")
def penalty_only_looks(trial: PenaltyTrial) -> None:
    """It changes no weight and leaves no gradient; what is random in it comes from `turn.rng`."""
    gan, _ = trial.gan()
    before, states = named_tensors(gan), random_states()
    first, gan, _ = trial.value()
    second, _, _ = trial.value(trial.build())
    moved = [name for name, state in random_states().items() if same(states[name], state)]
    require(
        not moved and torch.equal(first, second),
        "one turn gives two values" if not moved else f"it draws from the global generator of {', '.join(moved)}",
        mend="draw with generator=turn.rng",
    )
    frozen = [n for n, p in gan.named_parameters() if not torch.equal(p, before[n])]
    require(not frozen, f"it changed {', '.join(frozen[:4])}", mend="a penalty looks at the critic and changes nothing")
    left = [n for n, p in gan.named_parameters() if p.grad is not None]
    require(not left, f"it left gradients on {', '.join(left[:4])}", mend="use torch.autograd.grad, not backward()")


@since("0.1")
def penalty_plays_in_a_run(trial: PenaltyTrial) -> None:
    """A short run with it stays finite and can be told from one without it."""
    trained = []
    for with_it in (True, False):
        gan, data = trial.gan()
        train(gan, data, **trial.settings(with_it=with_it))
        trained.append(named_tensors(gan))
    broken = [name for name, tensor in trained[0].items() if not bool(tensor.isfinite().all())]
    require(not broken, f"a run with it ends with NaN or infinity in {', '.join(broken[:4])}", mend="mind norms at 0")
    require(
        same(trained[0], trained[1]),
        "a run with it ends as one without it",
        mend="return a value that depends on the critic",
    )


def describe(value: Any) -> str:
    """A value's shape, or the number that it is, or its type."""
    if not isinstance(value, Tensor):
        return f"a {type(value).__name__}"
    return f"{float(value.detach())}" if value.ndim == 0 else f"of the shape {tuple(value.shape)}"


def trial_of(found: Registered[Any], fingerprints: Path | None) -> PenaltyTrial:
    return PenaltyTrial(found)


def checks_of(found: Registered[Any], fingerprints: Path | None) -> tuple[Callable[[Any], None], ...]:
    return CHECKS


CHECKS = (
    penalty_is_a_finite_scalar,
    penalty_reaches_its_player,
    penalty_has_weight_and_every,
    penalty_only_looks,
    penalty_plays_in_a_run,
)

"""The order of a round. It is fixed, and a test records it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ganzoo.errors import CompatibilityError
from ganzoo.game import Batch, Terms, Turn
from ganzoo.streams import derive, seed_global_generators
from ganzoo.training.seat import Seat

if TYPE_CHECKING:
    from ganzoo.training.run import Run


def play_round(run: Run) -> None:
    """Play one round of the current phase: every player's turns, then what comes after all of them."""
    turn = run.new_turn(None, 0, {})
    for technique in run.techniques:
        technique.before_round(turn)
    for seat in run.seats_of_phase:
        seat.set_rate(run.progress)
        for step in range(seat.steps):
            play_turn(run, seat, run.new_turn(seat, step, turn.scratch))
    run.gan.after_round(turn)
    for technique in run.techniques:
        technique.after_round(turn)
    if run.average is not None:
        run.average.update(run.round)
    run.record("", turn.logged)


def play_turn(run: Run, seat: Seat, turn: Turn) -> None:
    """One update of one player."""
    seed_global_generators(derive(run.plan.seed, "global", turn.round, seat.name, turn.step), run.device)
    run.gan.before_turn(turn)
    batches = [run.gan.prepare(seat.draw(), turn) for _ in range(seat.accumulate)]
    run.let_learn(seat)
    with ExitStack() as around:
        for technique in run.techniques:
            around.enter_context(technique.around_loss(turn))
        for batch in batches:
            terms = terms_of(run, seat, turn, batch)
            loss = total(terms)
            (loss if len(batches) == 1 else loss / len(batches)).backward()
            run.record(seat.name, terms)
        run.guard(seat)
        for technique in run.techniques:
            technique.after_backward(turn)
        if seat.clip is not None:
            torch.nn.utils.clip_grad_norm_(seat.parameters, seat.clip)
        seat.optimizer.step()
        for parameter in seat.parameters:
            parameter.grad = None
    for technique in run.techniques:
        technique.after_turn(turn)
    run.gan.after_turn(turn)
    run.record(seat.name, turn.logged)


def terms_of(run: Run, seat: Seat, turn: Turn, batch: Batch) -> Terms:
    """The player's own terms on a batch, or on a part of one, and those of the penalties that are due."""
    terms = dict(seat.player.loss(batch, turn))
    for name, penalty in run.penalties_of(seat):
        if turn.round % penalty.every == 0:
            if turn.real is None or turn.fake is None:
                raise CompatibilityError(f"{seat.name}'s loss shows no penalty what its critic saw")
            value = penalty(run.gan, batch, turn.real, turn.fake, turn)
            terms[name] = value * (penalty.weight * penalty.every)
    return terms


def total(terms: Terms) -> Tensor:
    """The sum of named terms."""
    first, *others = terms.values()
    for term in others:
        first = first + term
    return first

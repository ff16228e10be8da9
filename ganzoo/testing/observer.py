"""Watches a run from the place of a technique, and changes nothing."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from ganzoo.game import Batch, Terms, Turn
from ganzoo.techniques import Technique
from ganzoo.testing.requirement import require
from ganzoo.training.run import Run
from ganzoo.weights import named_tensors, table

SIDES = ("discriminator", "generator")
MOVED_BY_RUNNING = ("running_mean", "running_var", "num_batches_tracked", "_u", "_v")


class Observer(Technique):
    """What happened in a run.

    Attributes:
        phases: rounds by phase. turns: by player. penalties: uses by name.
        reached: per player, the names of its parameters that a gradient other than zero has reached.
        stray: per player, names of others' parameters that its turns left a gradient on.
        changed: per player, names of tensors that its turn changed and that are not its own.
        moved: names of tensors that differ from what they were before the run.
        shown: which kinds of samples went through `view` in whose turns: (player, kind).
        asked: what the adversarial loss was asked: (player, side, shapes of the logits that it was given).
        answers: what the critic was shown and what it said: (samples or packs of them, shape of the logits).
        modules, tensors: the names of all modules, and the shapes of all tensors, before the run and after it.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.phases: Counter[str] = Counter()
        self.turns: Counter[str] = Counter()
        self.penalties: Counter[str] = Counter()
        self.reached: dict[str, set[str]] = {name: set() for name in run.seats}
        self.stray: dict[str, set[str]] = {name: set() for name in run.seats}
        self.changed: dict[str, set[str]] = {name: set() for name in run.seats}
        self.moved: set[str] = set()
        self.answers: set[tuple[int, tuple[int, ...]]] = set()
        self.shown: set[tuple[str, str]] = set()
        self.asked: set[tuple[str, str, tuple[tuple[int, ...], ...]]] = set()
        self._player, self._samples = "", 0
        self.modules, self.tensors = [self._modules()], [table(named_tensors(run.gan))]
        self._start = self._copies()
        self._watched: set[tuple[str, str]] = set()
        self._before: dict[str, Tensor] | None = None
        parameters = dict(run.gan.named_parameters())
        self.own = {
            name: {n for n, p in parameters.items() if any(p is mine for mine in run.parameters(name))}
            for name in run.seats
        }
        for name, penalty in run.penalties.items():
            penalty.register_forward_hook(lambda *_, name=name: self.penalties.update([name]))
        for name, seat in run.seats.items():
            seat.player = dataclasses.replace(seat.player, loss=self._watch(name, seat.player.loss))
        if run.plan.loss is not None:
            for side in SIDES:
                vars(run.gan.loss)[side] = self._listen(side, getattr(run.gan.loss, side))

    def before_round(self, turn: Turn) -> None:
        self.phases[turn.phase] += 1

    def critic_input(self, x: Tensor, kind: str) -> Tensor:
        self.shown.add((self._player, kind))
        self._samples = len(x) // self.run.gan.packing
        return x

    def critic_output(self, logits: Tensor, kind: str) -> None:
        self.answers.add((self._samples, tuple(logits.shape)))

    @contextmanager
    def around_loss(self, turn: Turn) -> Iterator[None]:
        self._player = turn.player
        self.turns[turn.player] += 1
        first = (turn.phase, turn.player) not in self._watched
        self._watched.add((turn.phase, turn.player))
        self._before = self._copies() if first else None
        yield

    def after_backward(self, turn: Turn) -> None:
        own = self.own[turn.player]
        for name, parameter in self.run.gan.named_parameters():
            if parameter.grad is None:
                continue
            if name not in own:
                self.stray[turn.player].add(name)
            elif name not in self.reached[turn.player] and bool(parameter.grad.count_nonzero()):
                self.reached[turn.player].add(name)

    def after_turn(self, turn: Turn) -> None:
        if self._before is None:
            return
        player = self.run.seats[turn.player].player
        declared = tuple(f"{module}." for module in (*player.modules, *player.touches))
        for name, tensor in named_tensors(self.run.gan).items():
            own = name in self.own[turn.player] or (not tensor.requires_grad and name.startswith(declared))
            # Buffers of the GAN itself say how far it has grown; any turn may move them.
            allowed = own or name.endswith(MOVED_BY_RUNNING) or "." not in name
            if not allowed and not torch.equal(tensor, self._before[name]):
                self.changed[turn.player].add(name)

    def finish(self) -> None:
        """Take stock at the end of the run."""
        if self.run.plan.loss is not None:
            for side in SIDES:
                del vars(self.run.gan.loss)[side]
        tensors = named_tensors(self.run.gan)
        self.modules.append(self._modules())
        self.tensors.append(table(tensors))
        self.moved = {n for n, t in tensors.items() if n not in self._start or not torch.equal(t, self._start[n])}

    def _watch(self, name: str, loss: Callable[[Batch, Turn], Terms]) -> Callable[[Batch, Turn], Terms]:
        def watched(batch: Batch, turn: Turn) -> Terms:
            terms = loss(batch, turn)
            problem = wrong_with_terms(terms)
            require(
                not problem,
                f"{name}'s loss: {problem}",
                mend="return {'adversarial': loss} with a tensor of shape (); log others by turn.log(name, value)",
            )
            return terms

        return watched

    def _listen(self, side: str, function: Callable[..., Tensor]) -> Callable[..., Tensor]:
        def asked(*logits: Tensor | None, **named: Tensor | None) -> Tensor:
            given = (one for one in (*logits, *named.values()) if one is not None)
            self.asked.add((self._player, side, tuple(tuple(one.shape) for one in given)))
            return function(*logits, **named)

        return asked

    def _modules(self) -> list[str]:
        return [name for name, _ in self.run.gan.named_modules()]

    def _copies(self) -> dict[str, Tensor]:
        return {name: tensor.detach().clone() for name, tensor in named_tensors(self.run.gan).items()}


def wrong_with_terms(terms: Any) -> str:
    """Why a loss's result is not a mapping of names to scalar tensors that depend on weights; "" if it is."""
    if not isinstance(terms, Mapping) or not terms:
        return f"it returns a {type(terms).__name__}, not a mapping with one or more named terms"
    for name, value in terms.items():
        if not isinstance(value, Tensor):
            return f"its term {name!r} is a {type(value).__name__}, not a tensor"
        if value.ndim or not value.is_floating_point():
            return f"its term {name!r} has the shape {tuple(value.shape)} and type {value.dtype}, and is no scalar"
    if not any(value.requires_grad for value in terms.values()):
        return "none of its terms depends on a weight that the player trains"
    return ""

"""Training inside a check: settings from Python, looks at the model while it learns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ganzoo.data import Data
from ganzoo.gan import GAN
from ganzoo.training.plan import settle
from ganzoo.training.play import play_round
from ganzoo.training.run import Run

Look = Callable[[Run], Mapping[str, float]]


def play(
    gan: GAN, data: Data, *, rounds: int, seed: int, look: Look | None = None, at: tuple[int, ...] = (), **settings: Any
) -> list[dict[str, float]]:
    """Train `gan` in place, without an average unless `ema` says so; what `look` saw when `at` rounds were over."""
    run = Run(gan, data, settle(gan, rounds=rounds, seed=seed, **{"ema": None, **settings}))
    run.calendar.begin(run)
    seen = []
    while run.round < rounds:
        play_round(run)
        run.round += 1
        run.calendar.finish_round(run)
        run.calendar.begin(run)
        if run.round in at and look is not None:
            seen.append(dict(look(run)))
        if run.round % 500 == 0:
            run.read_metrics()
    gan.input_techniques = ()
    gan.requires_grad_(True)
    return seen


def last_looks(rounds: int, looks: int = 8, share: float = 0.32) -> tuple[int, ...]:
    """Evenly spaced rounds over the last share of a run, the last one included."""
    return tuple(rounds - round(rounds * share * i / looks) for i in reversed(range(looks)))


def mean_of(seen: list[dict[str, float]]) -> dict[str, float]:
    """The mean of every number over all looks; GANs orbit, so one look says little."""
    return {name: sum(look[name] for look in seen) / len(seen) for name in seen[0]}

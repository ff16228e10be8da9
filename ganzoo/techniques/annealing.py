"""R3GAN's schedule: training that becomes slower, smoother and less regularised as it goes on."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ganzoo.errors import CompatibilityError, ConfigError
from ganzoo.techniques.technique import Technique

if TYPE_CHECKING:
    from ganzoo.game import Turn


class Annealing(Technique):
    """Moves several settings on one cosine from the start of the run to its end (arXiv:2501.05441, appendix).

    Args:
        lr: share of each player's learning rate that is left at the end; its own schedule holds, too.
        beta2: of Adam, at the start and at the end; None leaves the optimisers alone.
        penalties: share of each penalty's weight that is left at the end.
        average: the half-life of the average grows from nothing to what the run's decay says; else it is constant.
        until: share of the run after which everything stays as it is.

    Nothing has to be saved: all settings follow from the round.
    """

    def __init__(
        self,
        *,
        lr: float = 0.25,
        beta2: tuple[float, float] | None = (0.9, 0.99),
        penalties: float = 0.1,
        average: bool = True,
        until: float = 1.0,
    ) -> None:
        if min(lr, penalties) < 0 or not 0 < until <= 1:
            raise ConfigError(f"lr={lr}, penalties={penalties}, until={until}: shares, the last of them in (0, 1]")
        if beta2 is not None and not all(0 <= beta < 1 for beta in beta2):
            raise ConfigError(f"beta2={beta2}: two numbers in [0, 1)")
        self.lr, self.beta2, self.penalties, self.average, self.until = lr, beta2, penalties, average, until

    def setup(self, run: Any) -> None:
        self.seats = list(run.seats.values())
        for seat in self.seats:
            if self.beta2 is not None and any("betas" not in group for group in seat.optimizer.param_groups):
                raise CompatibilityError(
                    f"annealing moves Adam's beta2, and {seat.name}'s {type(seat.optimizer).__name__} has none",
                    hint="set beta2 to none",
                )
            seat.schedule = self.slowed(seat.schedule)
        self.weights = [(penalty, penalty.weight) for penalty in run.penalties.values()]
        self.averages = [(run.average, run.average.decay)] if self.average and run.average is not None else []

    def slowed(self, schedule: Callable[[float], float]) -> Callable[[float], float]:
        """The schedule of a learning rate, and this one on top."""
        return lambda progress: schedule(progress) * between(1.0, self.lr, self.share(progress))

    def share(self, progress: float) -> float:
        """0 at the start of the run, 1 from `until` on."""
        return 0.5 * (1 - math.cos(math.pi * min(progress / self.until, 1.0)))

    def before_round(self, turn: Turn) -> None:
        share = self.share(turn.round / turn.rounds)
        if self.beta2 is not None:
            for group in (group for seat in self.seats for group in seat.optimizer.param_groups):
                group["betas"] = (group["betas"][0], between(*self.beta2, share))
        for penalty, weight in self.weights:
            penalty.weight = weight * between(1.0, self.penalties, share)
        for average, decay in self.averages:
            average.decay = decay ** (1 / share) if share else 0.0  # a half-life of h rounds is a decay of 0.5^(1/h)


def between(first: float, last: float, share: float) -> float:
    return first + (last - first) * share

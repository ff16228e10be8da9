"""What a metric must do.

Metrics take tensors by name, and are tried with what the names stand for: `samples`, `reference`, `train`, `features`
(rows of numbers; images for a metric tagged "image" or "digits", sequences for one tagged "tokens"), `centres` and
`std` of a mixture, distributions `p` and `q`, and labels `clusters`, `classes`, `predicted`, `wanted`, `labels`.
What else a metric needs, its entry gives in `tiny`.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganzoo.core.registered import Registered
from ganzoo.errors import GanzooError
from ganzoo.testing.requirement import CheckFailed, one_line, require, since
from ganzoo.testing.tiny import random_states, same

N = 48
ROWS = ("samples", "reference", "train", "features")
LABELS = ("clusters", "classes", "predicted", "wanted", "labels")
SHARES = ("p", "q")
KNOWN = (*ROWS, *LABELS, *SHARES, "centres", "std")


class MetricTrial:
    """A metric under test."""

    def __init__(self, found: Registered[Any]) -> None:
        self.found = found

    @property
    def function(self) -> Callable[..., Any]:
        function: Callable[..., Any] = self.found.load()
        return function

    def arguments(self) -> dict[str, Any]:
        """What it is tried with. Raises: CheckFailed for an argument of unknown meaning."""
        given: dict[str, Any] = {}
        for i, (name, parameter) in enumerate(inspect.signature(self.function).parameters.items()):
            optional = parameter.default is not inspect.Parameter.empty
            if name in self.found.entry.tiny:
                given[name] = self.found.entry.tiny[name]
            elif not optional:
                given[name] = self._example(name, i)
        return given

    def _example(self, name: str, seed: int) -> Any:
        rng, tags = torch.Generator().manual_seed(seed), set(self.found.entry.tags)
        if name in ROWS and tags & {"image", "digits"}:
            return 2 * torch.rand(N, 1, 8, 8, generator=rng) - 1
        if name in ROWS and "tokens" in tags:
            return torch.randint(2, (N, 5), generator=rng)
        if name in ROWS:
            return torch.randn(N, 2, generator=rng)
        if name in LABELS:
            return torch.randint(3, (N,), generator=rng)
        if name in SHARES:
            return torch.rand(5, generator=rng) + 0.1
        if name == "centres":
            return 2 * torch.randn(8, 2, generator=rng)
        if name == "std":
            return 0.5
        raise CheckFailed(
            f"nobody knows what the argument {name!r} stands for",
            mend=f"use one of the names {', '.join(KNOWN)}, give it a default, or set it in the entry's `tiny`",
        )


@since("0.1")
def metric_gives_a_number(trial: MetricTrial) -> None:
    """It gives a finite Python number."""
    arguments = trial.arguments()
    try:
        value = trial.function(**arguments)
    except Exception as error:
        shapes = {n: tuple(v.shape) if isinstance(v, Tensor) else v for n, v in arguments.items()}
        raise CheckFailed(
            f"with {shapes} it ends in {one_line(error)}",
            mend='tag the entry "image" or "tokens" if it is for such samples, and set in `tiny` what it needs',
        ) from error
    require(
        isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value),
        f"it gives {value!r:.60} (a {type(value).__name__})",
        mend="return a finite Python float: float(tensor)",
    )


@since("0.1")
def metric_is_the_same_twice(trial: MetricTrial) -> None:
    """Asked twice, it gives the same number; it changes no argument and draws no global random number."""
    arguments, kept, states = trial.arguments(), trial.arguments(), random_states()
    values = [trial.function(**arguments) for _ in range(2)]
    moved = [name for name, state in random_states().items() if same(states[name], state)]
    require(
        not moved,
        f"it draws from the global generator of {', '.join(moved)}",
        mend="take seed as an argument, with a default",
    )
    require(values[0] == values[1], f"it gives {values[0]} and then {values[1]}", mend="seed what is random in it")
    where = same(arguments, kept)
    require(not where, f"it changes its argument {where.strip('/')}", mend="work on a copy")


@since("0.1")
def metric_notices_broken_samples(trial: MetricTrial) -> None:
    """NaN among its numbers, as a diverged model gives, is refused or gives NaN; it gives no score."""
    for name, value in trial.arguments().items():
        if not isinstance(value, Tensor) or not value.is_floating_point():
            continue
        broken = value.clone()
        broken.view(-1)[0] = math.nan
        try:
            score = trial.function(**{**trial.arguments(), name: broken})
        except GanzooError:
            continue
        except Exception as error:
            raise CheckFailed(f"NaN in {name} ends in {one_line(error)}", mend="raise DataError, saying so") from error
        require(
            not math.isfinite(score),
            f"NaN in {name} gives the score {score:.4g}",
            mend="raise DataError for what is not finite",
        )


@since("0.1")
def metric_says_which_way_is_better(trial: MetricTrial) -> None:
    """Its summary ends in "(higher)" or "(lower)", so that tables can be read."""
    require(
        re.search(r"\((higher|lower)\)$", trial.found.entry.summary),
        f"its summary {trial.found.entry.summary!r} does not say which way is better",
        mend='end it in "(higher)" or "(lower)"',
    )


@since("0.1")
def distance_grows(trial: MetricTrial) -> None:
    """A distance between a thing and itself is smaller than that to something else."""
    arguments = trial.arguments()
    names = [n for n, v in arguments.items() if isinstance(v, Tensor)]
    require(len(names) == 2, f"a distance takes two things, not {', '.join(names)}", mend='drop the tag "distance"')
    first, second = names
    alike = trial.function(**{**arguments, second: arguments[first].clone()})
    apart = trial.function(**{**arguments, second: other_than(arguments[first])})
    require(
        alike < apart and abs(alike) < 0.5 * abs(apart),
        f"from a thing to itself it is {alike:.3g}, to another {apart:.3g}",
        mend='a distance of things that are alike is about 0; else drop the tag "distance"',
    )


def other_than(value: Tensor) -> Tensor:
    """Something of the same form, far away: images upside down in brightness, a distribution turned round."""
    if value.ndim == 1:
        return value.flip(0) ** 3
    return torch.ones_like(value) if value.ndim == 4 else value + 3


def trial_of(found: Registered[Any], fingerprints: Path | None) -> MetricTrial:
    return MetricTrial(found)


def checks_of(found: Registered[Any], fingerprints: Path | None) -> tuple[Callable[[Any], None], ...]:
    """Distances are asked for more."""
    return CHECKS if "distance" in found.entry.tags else CHECKS[:-1]


CHECKS = (
    metric_gives_a_number,
    metric_is_the_same_twice,
    metric_notices_broken_samples,
    metric_says_which_way_is_better,
    distance_grows,
)

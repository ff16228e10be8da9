"""What a behavioural check is: arms that are measured, criteria that the idea meets and its control does not."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

OPERATORS = {">=": operator.ge, "<=": operator.le}
#: The arm that has what the check is about.
IDEA = "idea"
#: The arm that leaves it out and is otherwise the same.
CONTROL = "control"

Measurements = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A bound on one measured number.

    Args:
        metric: its name in an arm's measurements.
        op: ">=" or "<=".
        threshold: the bound; with `relative_to`, times the same number of that arm and seed (a baseline).
        relative_to: an arm of the check: "control", or one of its `baselines`. Relative to the control the factor must
            leave out equality (0.5, not 1.0), or the control meets the bound.
        changed: why and when the threshold, or a setting of what is measured such as its rounds, was changed after the
            first run; one line per change.
    """

    metric: str
    op: Literal[">=", "<="]
    threshold: float
    relative_to: str | None = None
    changed: tuple[str, ...] = ()

    def bound(self, measured: Measurements) -> float:
        return self.threshold * (measured[self.relative_to][self.metric] if self.relative_to else 1.0)

    def met(self, arm: str, measured: Measurements) -> bool:
        return bool(OPERATORS[self.op](measured[arm][self.metric], self.bound(measured)))

    def margin(self, arm: str, measured: Measurements) -> float:
        """How far on the right side of the bound an arm is; negative on the wrong side."""
        distance = measured[arm][self.metric] - self.bound(measured)
        return distance if self.op == ">=" else -distance


@dataclass(frozen=True, kw_only=True)
class Check:
    """Shows that the distinctive idea of an entry works, and that the check would notice if it did not.

    Args:
        name: of the check among those of its entry.
        claim: what the idea achieves, in one sentence.
        control: what the control leaves out or does instead.
        measure: (arm, seed) -> named numbers; deterministic, on the CPU.
        criteria: all of which the idea must meet. The control, at equal updates, must miss at least one of those
            that it measures; bounds that are relative to the control itself count for it only where all are.
        baselines: further arms that criteria refer to.
        modules: whose source the evidence depends on, besides the check's own.
        seconds: that one arm may take on one core.
    """

    name: str
    claim: str
    control: str
    measure: Callable[[str, int], Mapping[str, float]]
    criteria: tuple[Criterion, ...]
    baselines: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    seconds: int = 60

    @property
    def arms(self) -> tuple[str, ...]:
        return (IDEA, CONTROL, *self.baselines)

    def idea_holds(self, measured: Measurements) -> bool:
        return all(criterion.met(IDEA, measured) for criterion in self.criteria)

    def control_fails(self, measured: Measurements) -> bool:
        """Whether the control misses a criterion that judges it; one that measures none of the numbers fails none."""
        return any(not criterion.met(CONTROL, measured) for criterion in self.judging_control(measured))

    def judging_control(self, measured: Measurements) -> list[Criterion]:
        """The criteria of numbers that the control measures, but for those that compare the idea with it.

        A number that is not 0 always misses 0.5 times itself: beside other criteria that would hide that the control
        meets them. Where there are no others it is what is asked: the idea must hold, and all that the control can do
        wrong is to meet the bound, as it does where the factor is 1.
        """
        measured_too = [criterion for criterion in self.criteria if criterion.metric in measured[CONTROL]]
        return [criterion for criterion in measured_too if criterion.relative_to != CONTROL] or measured_too

"""Behavioural checks as part of a plugin: that they fit the code of today. What they show is for `ganzoo verify`."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from ganzoo.core.registered import Registered, load_target
from ganzoo.errors import ConfigError, DataUnavailable, TargetError
from ganzoo.testing.requirement import CheckFailed, NotHere, NotTried, one_line, require, since

if TYPE_CHECKING:
    from ganzoo.checks.check import Check
    from ganzoo.checks.evidence import Evidence

LONGEST = 1.0
FOLDER = Path("tests") / "evidence"


class CheckTrial:
    """The behavioural checks of an entry under test.

    Args:
        found: the entry.
        evidence: the folder where the plugin keeps what was measured, if it keeps it.
    """

    def __init__(self, found: Registered[Any], evidence: Path | None) -> None:
        self.found, self.evidence = found, evidence

    @functools.cached_property
    def checks(self) -> tuple[Check, ...]:
        """Raises: NotTried where there are none; another check says why."""
        from ganzoo.checks.check import Check

        try:
            checks = load_target(str(self.found.entry.check), what="its check", provider=self.found.provider)
        except TargetError as error:
            raise NotTried(f"its check cannot be loaded: {error.message}") from error
        if not isinstance(checks, tuple | list) or not all(isinstance(check, Check) for check in checks):
            raise NotTried(f"{self.found.entry.check} is no tuple of checks")
        return tuple(checks)

    @property
    def folder(self) -> Path | None:
        """Where the evidence of this entry is kept; None if none is."""
        folder = None if self.evidence is None else self.evidence / self.found.name
        return folder if folder is not None and folder.is_dir() else None


@since("0.1")
def check_begins(trial: CheckTrial) -> None:
    """Every arm of its behavioural check can be set up as the code is today, up to the first round of training."""
    from ganzoo.checks.evidence import code_hash

    for check in trial.checks:
        try:
            code_hash(check)
        except (ImportError, OSError, TypeError) as error:
            raise CheckFailed(
                f"{check.name}: its modules cannot be read: {one_line(error)}",
                mend="let `modules` of the check name modules that there are: its evidence is dated by their source",
            ) from error
        strange = [c.relative_to for c in check.criteria if c.relative_to and c.relative_to not in check.arms]
        require(
            not strange,
            f"{check.name}: a bound is relative to {', '.join(map(repr, strange))}, which is no arm of it",
            mend='name "control" in relative_to, or an arm of `baselines`',
        )
        for arm in check.arms:
            measured = _begin(check, arm)
            missing = [c.metric for c in check.criteria if measured and arm == "idea" and c.metric not in measured]
            require(
                not missing,
                f"{check.name}: it has bounds for {', '.join(missing)}, and measures {', '.join(measured or ())}",
                mend="let each criterion name a number that `measure` returns",
            )


@since("0.1")
def evidence_is_fresh(trial: CheckTrial) -> None:
    """Evidence that the plugin keeps in tests/evidence is of the present code, complete, and shows what is claimed."""
    from ganzoo.checks.evidence import Verdict, code_hash

    again = f"`ganzoo verify {trial.found.name} --out {FOLDER}` measures what is stale or missing again"
    kept = _read(trial)
    for check in trial.checks:
        found = {file: one for file, one in kept.items() if one.check == check.name and one.arm in check.arms}
        require(found, f"{trial.folder} holds nothing of the check {check.name}", mend=again)
        code = code_hash(check)
        stale = sorted(file.name for file, one in found.items() if one.code != code)
        require(not stale, f"measured on other code than today's: {', '.join(stale[:4])}", mend=again)
        seeds = sorted({one.seed for one in found.values()})
        here = {(one.seed, one.arm) for one in found.values()}
        missing = [f"seed {seed} {arm}" for seed in seeds for arm in check.arms if (seed, arm) not in here]
        require(not missing, f"{check.name}: nothing is kept of {', '.join(missing[:4])}", mend=again)
        verdict = Verdict(check, tuple(found.values()))
        require(
            verdict.passed,
            f"{check.name}: it held on {verdict.held} of {len(seeds)} seeds, the control passed on "
            f"{verdict.controls_passed}",
            mend="mend the GAN, or claim what it does; a bound that is changed says so in `changed`",
        )
    known = {(check.name, arm) for check in trial.checks for arm in check.arms}
    idle = sorted(file.name for file, one in kept.items() if (one.check, one.arm) not in known)
    require(not idle, f"of checks or arms that there are not: {', '.join(idle[:4])}", mend="delete these files")


def default_folder(namespace: str, tests: Path = FOLDER.parent) -> Path | None:
    """The folder "evidence" among the tests of a plugin, if it is about this plugin."""
    folder = tests / FOLDER.name
    return folder if any(folder.glob(f"{namespace}.*")) else None


def _read(trial: CheckTrial) -> dict[Path, Evidence]:
    """What is kept of the entry, by file."""
    from ganzoo.checks.evidence import read

    found = {}
    for file in sorted(trial.folder.glob("*.json")) if trial.folder else ():
        try:
            one = read(file)
        except ConfigError as error:
            raise CheckFailed(error.message, mend=error.hint or "delete it") from error
        if one is not None:
            found[file] = one
    return found


def _begin(check: Check, arm: str) -> dict[str, float] | None:
    """What one arm measures if that takes no training and hardly any time; None if it has begun."""
    try:
        with _stopped_at_the_first_round():
            return dict(check.measure(arm, 0))
    except _Begun:
        return None
    except DataUnavailable as error:
        raise NotHere(error.message) from error
    except Exception as error:
        raise CheckFailed(
            f"{check.name}: its arm {arm!r} cannot begin: {one_line(error)}",
            mend="bring the check up to date with what it measures; `ganzoo verify` runs the whole of it",
        ) from error


class _Begun(BaseException):
    """No Exception, so that nothing on the way takes it for an error."""


@contextmanager
def _stopped_at_the_first_round() -> Iterator[None]:
    """Training ends with _Begun before its first turn, and so does what has computed for LONGEST seconds."""
    from torch.nn.modules.module import register_module_forward_pre_hook

    from ganzoo.training.run import Run

    start = time.process_time()

    def look_at_the_clock(*_: Any) -> None:
        if time.process_time() - start > LONGEST:
            raise _Begun

    clock = register_module_forward_pre_hook(look_at_the_clock)
    try:
        with mock.patch.object(Run, "new_turn", side_effect=_Begun):
            yield
    finally:
        clock.remove()


CHECKS: tuple[Callable[[CheckTrial], None], ...] = (check_begins, evidence_is_fresh)

"""Every check of a plugin, run without pytest."""

from __future__ import annotations

import json
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from ganzoo.errors import ConfigError, GanzooError
from ganzoo.testing.case import Case, iter_checks, unknown_ids
from ganzoo.testing.requirement import CheckFailed, NotHere, NotTried, one_line

Outcome = Literal["passed", "failed", "expected failure", "unexpected pass", "not here", "not tried"]

# Outcomes of which one cause is told once, and how it is told.
SUMMED_UP = {"not tried": "of it", "not here": "of it could not be made here:"}


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of one check.

    Args:
        id, check, asks, since: of the check; see `Case`.
        entry, kind: the qualified name and kind of what was checked; "" and "plugin" for the plugin as a whole.
        outcome: "passed"; "failed"; "expected failure" (it failed, and the caller had said so); "unexpected pass" (the
            caller had said that it would fail: take that back); "not here" (it needs data that this machine lacks);
            "not tried" (what another check found keeps it from being made).
        problem, mend: what is wrong, and how to mend it.
        traceback: of an error that the check did not foresee.
        seconds: that it took.
    """

    id: str
    check: str
    asks: str
    since: str
    entry: str
    kind: str
    outcome: Outcome
    problem: str = ""
    mend: str = ""
    traceback: str = ""
    seconds: float = 0.0

    @property
    def bad(self) -> bool:
        return self.outcome in ("failed", "unexpected pass", "not tried")


@dataclass(frozen=True)
class Report:
    """The results of all checks of a plugin."""

    namespace: str
    provider: str
    results: tuple[Result, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed that was not expected to, and nothing passed that was."""
        return bool(self.results) and not any(result.bad for result in self.results)

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(result.outcome for result in self.results))

    @property
    def text(self) -> str:
        """A table of what was checked, and below it what is wrong with what failed."""
        groups: dict[tuple[str, str], list[Result]] = {}
        for result in self.results:
            groups.setdefault((result.kind, result.entry or self.provider), []).append(result)
        lines = [f"{self.namespace} ({self.provider})", ""]
        for (kind, name), results in groups.items():
            passed = sum(result.outcome == "passed" for result in results)
            seconds = sum(result.seconds for result in results)
            others = [result for result in results if result.outcome not in ("passed", *SUMMED_UP)]
            words = "".join(f"  {result.check}: {result.outcome}" for result in others)
            left = Counter(result.outcome for result in results if result.outcome in SUMMED_UP)
            words += "".join(f"  {n} {outcome}" for outcome, n in left.items())
            lines.append(f"{kind:<13}{name:<36}{passed:>3} of {len(results):>2}{seconds:>7.1f} s{words}")
        for result in self.results:
            if result.outcome not in ("passed", "expected failure", *SUMMED_UP):
                lines += ["", f"{result.id}: {result.outcome}", f"  asked: {result.asks}"]
                lines += [f"  wrong: {line}" for line in result.problem.splitlines()]
                lines += [f"  mend:  {line}" for line in result.mend.splitlines()]
                lines += [f"    {line}" for line in result.traceback.splitlines()]
        causes = Counter((r.entry, SUMMED_UP[r.outcome], r.problem) for r in self.results if r.outcome in SUMMED_UP)
        for (entry, words, cause), n in causes.items():
            lines += ["", f"{entry}: {n} {'check' if n == 1 else 'checks'} {words} {cause}"]
        counted = ", ".join(f"{n} {outcome}" for outcome, n in self.counts.items())
        return "\n".join([*lines, "", f"{len(self.results)} checks: {counted}"])

    def to_json(self) -> dict[str, Any]:
        """The report as JSON-able values."""
        report = {
            "namespace": self.namespace,
            "provider": self.provider,
            "passed": self.passed,
            "counts": self.counts,
            "results": [asdict(result) for result in self.results],
        }
        return dict(json.loads(json.dumps(report)))


def check_plugin(
    namespace: str,
    *,
    expected_failures: Mapping[str, str] | None = None,
    fingerprints: str | Path | None = None,
    evidence: str | Path | None = None,
    only: Callable[[Case], bool] | None = None,
    shown: Callable[[Result], None] | None = None,
) -> Report:
    """Run every check of a plugin; nothing is raised for a check that fails.

    Args:
        namespace: of the plugin.
        expected_failures: reasons by the ids of checks that are known to fail.
        fingerprints, evidence: see `iter_checks`.
        only: which checks to run; None means all.
        shown: called with each result as it comes.

    Raises: UnknownName; ConfigError for an expected failure of a check that there is not, or without a reason.
    """
    cases = list(iter_checks(namespace, fingerprints=fingerprints, evidence=evidence))
    expected = checked_reasons(expected_failures or {}, cases)
    results = []
    for case in cases:
        if only is None or only(case):
            result = run(case, expected.get(case.id))
            results.append(result)
            if shown is not None:
                shown(result)
    return Report(namespace, str(cases[0].subject.status.provider), tuple(results))


def run(case: Case, reason: str | None = None) -> Result:
    """Run one check; `reason` says why it is expected to fail."""
    start = time.perf_counter()
    outcome: Outcome = "passed"
    facts = {"problem": "", "mend": "", "traceback": ""}
    try:
        case()
        if reason is not None:
            outcome, facts = "unexpected pass", {"problem": "it passes", "mend": "take it off the expected failures"}
    except NotHere as absent:
        outcome, facts = "not here", {"problem": str(absent)}
    except NotTried as left:
        outcome, facts = "not tried", {"problem": left.problem, "mend": left.mend}
    except CheckFailed as failure:
        outcome, facts = "failed", {"problem": failure.problem, "mend": failure.mend}
    except GanzooError as error:
        outcome = "failed"
        facts = {"problem": one_line(error), "mend": error.hint or "", "traceback": traceback.format_exc()}
    except Exception as error:
        outcome = "failed"
        facts = {"problem": one_line(error), "mend": "see where it was raised", "traceback": traceback.format_exc()}
    if outcome in ("failed", "not tried") and reason is not None:
        outcome, facts = "expected failure", {**facts, "mend": reason}
    return Result(
        id=case.id,
        check=case.name,
        asks=case.asks,
        since=case.since,
        entry="" if case.found is None else case.found.name,
        kind="plugin" if case.found is None else case.found.entry.kind,
        outcome=outcome,
        seconds=time.perf_counter() - start,
        **facts,
    )


def checked_reasons(expected_failures: Mapping[str, str], cases: list[Case]) -> Mapping[str, str]:
    """The expected failures. Raises: ConfigError for an id that there is not, and for one without a reason."""
    from ganzoo.core.names import did_you_mean

    unknown = unknown_ids(expected_failures, cases)
    if unknown:
        near = did_you_mean(unknown[0], [case.id for case in cases])
        raise ConfigError(f"expected failures of checks that there are not: {', '.join(unknown)}{near}")
    silent = [id for id, reason in expected_failures.items() if not str(reason).strip()]
    if silent:
        raise ConfigError(f"expected failures without a reason: {', '.join(silent)}", hint="say why, and until when")
    return expected_failures

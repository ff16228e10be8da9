"""The checks of a plugin as tests of pytest."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganzoo.testing.behaviour import default_folder
from ganzoo.testing.case import Case, iter_checks
from ganzoo.testing.report import checked_reasons
from ganzoo.testing.requirement import NotHere, NotTried

FINGERPRINTS = "fingerprints.json"


@dataclass(frozen=True)
class PytestCase(Case):
    """A check that pytest calls.

    Data that are not on this machine make it a skip with that reason; so does a failure of the entry that keeps it from
    being tried, once a test has failed for it.

    Args:
        expected: whether it is known to fail.
        failed: the entries of which a test has failed unexpectedly; all cases of a plugin share it.
    """

    expected: bool = False
    failed: set[str] = field(default_factory=set)

    def __call__(self) -> None:
        import pytest

        name = "" if self.found is None else self.found.name
        try:
            super().__call__()
        except NotHere as absent:
            pytest.skip(str(absent))
        except NotTried as left:
            if name in self.failed:
                pytest.skip(left.problem)
            raise
        except Exception:
            if not self.expected:
                self.failed.add(name)
            raise


def parametrize_with_checks(
    namespace: str,
    *,
    expected_failures: Mapping[str, str] | None = None,
    fingerprints: str | Path | None = None,
    evidence: str | Path | None = None,
) -> Any:
    """A decorator that runs a test once per check:

        @parametrize_with_checks("mygan")
        def test_conformance(check):
            check()

    Args:
        namespace: of the plugin.
        expected_failures: reasons by the ids of checks that are known to fail: {"mygan::saves_and_loads": "see #12"}.
            They are strict: one that passes fails the test, so that the list stays true.
        fingerprints: file with what the state of each architecture looked like; None means `fingerprints.json` beside
            the file that calls this, if there is one.
        evidence: folder of what the behavioural checks measured (`ganzoo verify --out`); None means `evidence` beside
            the file that calls this, if that has any of this plugin.

    Raises: UnknownName; ConfigError as `check_plugin`.
    """
    import pytest

    caller = Path(sys._getframe(1).f_globals.get("__file__", ""))
    if fingerprints is None:
        beside = caller.with_name(FINGERPRINTS)
        fingerprints = beside if beside.is_file() else None
    evidence = evidence or default_folder(namespace, caller.parent)
    cases = list(iter_checks(namespace, fingerprints=fingerprints, evidence=evidence))
    reasons = checked_reasons(expected_failures or {}, cases)

    def marks(id: str) -> tuple[Any, ...]:
        return (pytest.mark.xfail(reason=reasons[id], strict=True),) if id in reasons else ()

    failed: set[str] = set()
    known = [PytestCase(**vars(case), expected=case.id in reasons, failed=failed) for case in cases]
    return pytest.mark.parametrize("check", [pytest.param(case, id=case.id, marks=marks(case.id)) for case in known])

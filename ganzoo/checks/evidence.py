"""Measuring a check and keeping what was measured: one JSON file per check, seed and arm."""

from __future__ import annotations

import ast
import hashlib
import importlib
import inspect
import json
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from ganzoo.checks.check import IDEA, Check
from ganzoo.core import entries, registry
from ganzoo.core.registered import load_target
from ganzoo.errors import ConfigError, UnknownName
from ganzoo.files import write_json


@dataclass(frozen=True)
class Evidence:
    """What one arm of a check measured on one seed.

    `code` is the hash of the sources that the measurement depends on; a file of other code is stale.
    """

    entry: str
    check: str
    arm: str
    seed: int
    measured: dict[str, float]
    seconds: float
    code: str
    torch: str
    machine: str


def checks_of(name: str) -> tuple[str, tuple[Check, ...]]:
    """The qualified name of an entry and its checks. Raises: the registry's errors; ConfigError if it has none."""
    for kind in entries.KINDS.values():
        try:
            found: Any = registry.find(kind, name)
        except UnknownName:
            continue
        if found.entry.check:
            checks = load_target(found.entry.check, what=f"the check of {found.name}", provider=found.provider)
            return found.name, (checks,) if isinstance(checks, Check) else tuple(checks)
    registry.find((entries.Architecture, entries.Recipe), name)
    raise ConfigError(f"{name} has no behavioural check", hint="ganzoo list shows which entries there are")


def entries_with_checks() -> list[str]:
    """Qualified names of all entries that have a check."""
    return list(dict.fromkeys(found.name for found in registry.entries() if found.entry.check))


def code_hash(check: Check) -> str:
    """Hash of the sources that a check's evidence depends on: its own file and the modules that it names.

    The table CHECKS is left out: a bound changes what is concluded, not what was measured.
    """
    digest = hashlib.sha256()
    for module in sorted({check.measure.__module__, *check.modules}):
        digest.update(without_table(Path(inspect.getfile(importlib.import_module(module))).read_text(encoding="utf-8")))
    return digest.hexdigest()[:16]


def without_table(source: str) -> bytes:
    """A source without its assignment to CHECKS."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["CHECKS"]:
            lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    return "\n".join(line for line in lines if line).encode()


def gather(entry: str, check: Check, seeds: Sequence[int], out: Path | None) -> Iterator[tuple[Evidence, bool]]:
    """Measure every arm on every seed, each with whether it was measured now; fresh files in `out` are read instead."""
    for seed in seeds:
        for arm in check.arms:
            file = None if out is None else evidence_file(out, entry, check, seed, arm)
            known = None if file is None else read(file)
            code = code_hash(check)  # before measuring: a file that is edited meanwhile is not what was measured
            if known is not None and known.code == code:
                yield known, False
                continue
            started = time.monotonic()
            measured = {name: float(value) for name, value in check.measure(arm, seed).items()}
            seconds = round(time.monotonic() - started, 1)
            evidence = Evidence(
                entry, check.name, arm, seed, measured, seconds, code, torch.__version__, platform.machine()
            )
            if file is not None:
                write_json(file, asdict(evidence))
            yield evidence, True


def kept(entry: str, check: Check, seeds: Sequence[int], out: Path) -> list[Evidence]:
    """What fresh files in `out` hold, of the seeds on which every arm has been measured."""
    found = []
    for seed in seeds:
        files = [read(evidence_file(out, entry, check, seed, arm)) for arm in check.arms]
        fresh = [known for known in files if known is not None and known.code == code_hash(check)]
        found += fresh if len(fresh) == len(check.arms) else []
    return found


def evidence_file(out: Path, entry: str, check: Check, seed: int, arm: str) -> Path:
    return out / entry / f"{check.name}-seed{seed}-{arm}.json"


def read(file: Path) -> Evidence | None:
    """An evidence file; None if there is none. Raises: ConfigError if it holds something else."""
    if not file.exists():
        return None
    try:
        return Evidence(**json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{file} is no evidence file: {error}", hint="delete it to measure again") from error


@dataclass(frozen=True)
class Verdict:
    """A check over all seeds: it passes when the idea holds on two of three of them and no control passes."""

    check: Check
    evidence: tuple[Evidence, ...]

    def measured(self, seed: int) -> dict[str, dict[str, float]]:
        return {found.arm: found.measured for found in self.evidence if found.seed == seed}

    @property
    def seeds(self) -> list[int]:
        return sorted({found.seed for found in self.evidence if found.arm == IDEA})

    @property
    def held(self) -> int:
        """Seeds on which the idea met every criterion."""
        return sum(self.check.idea_holds(self.measured(seed)) for seed in self.seeds)

    @property
    def controls_passed(self) -> int:
        """Seeds on which the control met every criterion too: a defect of the check."""
        return sum(not self.check.control_fails(self.measured(seed)) for seed in self.seeds)

    @property
    def passed(self) -> bool:
        return 3 * self.held >= 2 * len(self.seeds) and self.controls_passed == 0

"""What every entry must declare, whatever its kind: targets, summaries, papers, checks, and settings that are read."""

from __future__ import annotations

import functools
import inspect
import json
import re
from typing import Any

from ganzoo.core import configuration, entries, registry
from ganzoo.core.annotations import Unfit, convert
from ganzoo.core.entries import Entry
from ganzoo.core.registered import Registered, load_target
from ganzoo.errors import GanzooError, RegistryError, TargetError
from ganzoo.testing.kinds import what_it_should_be
from ganzoo.testing.requirement import CheckFailed, one_line, require, since

PAPER = re.compile(r"arXiv:(?P<year>\d\d)(0[1-9]|1[0-2])\.\d{4,5}(v\d+)?|doi:10\.\d{4,9}/\S+|https://\S+")
SETTABLE = (
    entries.Architecture, entries.Loss, entries.Penalty, entries.Technique, entries.Latent, entries.Optimizer,
    entries.Dataset,
)  # fmt: skip
HOST_GIVES = {"optimizer": ("parameters", "generator"), "latent": ("dim",)}


class EntryTrial:
    """An entry under test."""

    def __init__(self, found: Registered[Any]) -> None:
        self.found = found

    @property
    def entry(self) -> Entry:
        return self.found.entry

    @functools.cached_property
    def wrong_with_target(self) -> tuple[str, str] | None:
        """What is wrong with the target, and how to mend it; None if nothing is."""
        entry = self.entry
        try:
            if isinstance(entry, entries.Recipe):
                registry.find(entries.Architecture, entry.architecture)
                return None
            target = self.found.load()
        except TargetError as error:
            return error.message, "target is 'module:attribute', importable wherever the plugin is installed"
        except RegistryError as error:
            return f"its architecture cannot be found: {error.message}", "give the qualified name of an architecture"
        fits, wanted = what_it_should_be(entry.kind, target)
        return None if fits else (f"{entry.target} is {_title(target)}, not {wanted}", f"let target name {wanted}")


@since("0.1")
def target_is_of_its_kind(trial: EntryTrial) -> None:
    """The target can be imported, and is what its kind asks for."""
    problem, mend = trial.wrong_with_target or ("", "")
    require(not problem, problem, mend=mend)


@since("0.1")
def summary_says_something(trial: EntryTrial) -> None:
    """The line in `ganzoo list` says what is special about the entry."""
    summary = trial.entry.summary
    bare = re.sub(r"[^a-z0-9]", "", summary.lower())
    require(
        len(summary.split()) >= 3 and bare != re.sub(r"[^a-z0-9]", "", trial.entry.name),
        f"the summary {summary!r} says no more than the name",
        mend="say in one line what is special about it",
    )
    require(
        not summary.endswith(".") and summary == summary.strip(),
        f"the summary {summary!r} ends in a full stop or a blank",
        mend="it is a heading in a list: leave the stop out",
    )


@since("0.1")
def paper_can_be_looked_up(trial: EntryTrial) -> None:
    """A paper is named so that it can be found, and the year is that of the paper."""
    entry = trial.entry
    if entry.paper is None:
        require(
            entry.year is None or 1900 < entry.year < 2100, f"year={entry.year} is no year", mend="give four digits"
        )
        return
    match = PAPER.fullmatch(entry.paper)
    require(
        match,
        f"nobody can look up paper={entry.paper!r}",
        mend="write 'arXiv:1406.2661', 'doi:10.1000/xyz', or an https address",
    )
    assert match is not None
    if match["year"] is not None:
        first = 2000 + int(match["year"])
        require(
            entry.year is not None and first <= entry.year <= first + 3,
            f"year={entry.year}, but {entry.paper} appeared in {first}",
            mend=f"set year={first}, or the year in which it was published after that",
        )


@since("0.1")
def replacement_exists(trial: EntryTrial) -> None:
    """What an entry is replaced by is there, and is not itself replaced."""
    entry = trial.entry
    if entry.replaced_by is None:
        return
    try:
        names = {entry.name, trial.found.name}
        found = registry.entries(type(entry), deprecated=True)
        own = [e for e in found if entry.replaced_by in (e.entry.name, e.name) and e.entry.name not in names]
        successor = own[0] if own else registry.find(type(entry), entry.replaced_by)
    except GanzooError as error:
        raise CheckFailed(
            f"replaced_by={entry.replaced_by!r} leads nowhere: {error.message}",
            mend="name an entry of the same kind, or leave replaced_by out",
        ) from error
    require(successor.name != trial.found.name, "it is replaced by itself", mend="name another entry, or leave it out")


@since("0.1")
def check_is_there(trial: EntryTrial) -> None:
    """An architecture has a behavioural check that shows that its idea works; where one is named, it can be loaded."""
    from ganzoo.checks.check import Check

    entry = trial.entry
    if entry.check is None:
        require(
            not isinstance(entry, entries.Architecture),
            "it names no behavioural check, so nothing shows that its idea works",
            mend="write CHECKS = (Check(...),) in a module of the plugin, and name it: check='mygan.checks:CHECKS'; "
            "`ganzoo verify` runs it",
        )
        return
    try:
        checks = load_target(entry.check, what=f"the check of {trial.found.name}", provider=trial.found.provider)
    except TargetError as error:
        raise CheckFailed(
            error.message, mend="check is 'module:attribute' of a tuple of ganzoo.checks.check.Check"
        ) from error
    fits = isinstance(checks, tuple | list) and checks and all(isinstance(check, Check) for check in checks)
    require(
        fits, f"{entry.check} is no tuple of checks", mend="let it be a tuple of ganzoo.checks.check.Check, with commas"
    )
    names = [check.name for check in checks]
    require(
        len(set(names)) == len(names) and all(check.criteria for check in checks),
        f"the checks {', '.join(names)} share a name or have no criteria",
        mend="give each check a name of its own and at least one Criterion",
    )


@since("0.1")
def settings_are_typed(trial: EntryTrial) -> None:
    """Settings are keyword-only, annotated with types that a config can hold, and their defaults fit.

    Anything else would be left out of the config, and with it out of every saved model.
    """
    target, host = trial.found.load(), HOST_GIVES.get(trial.entry.kind, ())
    function = target.__init__ if isinstance(target, type) else target  # type: ignore[misc]
    kinds = inspect.Parameter
    arguments = {} if function is object.__init__ else inspect.signature(function).parameters
    for name, parameter in arguments.items():
        if name in ("self", *host):
            continue
        require(
            parameter.kind is kinds.KEYWORD_ONLY,
            f"the argument {parameter} is not keyword-only, so that no config can set it",
            mend="put `*,` before the settings, and spell them out instead of **settings",
        )
        require(
            parameter.annotation is not kinds.empty,
            f"the setting {name} has no annotation",
            mend="write its type: bool, int, float, str, Literal, tuple, Mapping, Component, or X | None",
        )
    for setting in configuration.parameters(target, skip=host):
        try:
            if not setting.required:
                convert(setting.default, setting.annotation)
        except Unfit as unfit:
            raise CheckFailed(
                f"the default of {setting.name} does not fit its annotation: {unfit}", mend="change one of the two"
            ) from unfit


@since("0.1")
def settings_survive_json(trial: EntryTrial) -> None:
    """Settings written to a file and read back are the same settings."""
    target, host = trial.found.load(), HOST_GIVES.get(trial.entry.kind, ())
    defaults = {p.name: p.default for p in configuration.parameters(target, skip=host) if not p.required}
    required = [p.name for p in configuration.parameters(target, skip=host) if p.required]
    try:
        text = json.dumps(defaults, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise CheckFailed(
            f"the defaults cannot be written as JSON: {one_line(error)}", mend="use text, finite numbers, tuples, None"
        ) from error
    again = configuration.complete(target, json.loads(text), what=trial.entry.name, skip=(*host, *required))
    changed = [name for name, value in defaults.items() if again[name] != value]
    require(
        not changed,
        f"the defaults of {', '.join(changed)} change when they are written as JSON and read back",
        mend="annotate them with the type that they have; tuple[int, ...] turns a list back into a tuple",
    )


def _title(target: Any) -> str:
    return f"the class {target.__name__}" if isinstance(target, type) else f"a {type(target).__name__}"


CHECKS = (target_is_of_its_kind, summary_says_something, paper_can_be_looked_up, replacement_exists, check_is_there)
OF_SETTINGS = (settings_are_typed, settings_survive_json)

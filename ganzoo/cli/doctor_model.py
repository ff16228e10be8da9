"""`ganzoo doctor MODEL`: what a saved model needs, and whether it would load here."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ganzoo.errors import ConfigError
from ganzoo.hub.reference import parse
from ganzoo.model_config import TRAINING
from ganzoo.model_diagnosis import Diagnosis, diagnose

MOST_CHARACTERS = 800


def is_model(text: str) -> bool:
    """Whether a text names a model rather than a plugin: a path, "owner/repo", or "bundled:name"."""
    return "/" in text or "\\" in text or text.startswith((".", "~", "bundled:"))


def examine(text: str, *, as_json: bool) -> bool:
    """Print what is known of a model, and return whether it would load.

    A model of the Hub is looked for in the cache alone. Raises: ConfigError, NotCached, UnknownName.
    """
    found = diagnose(_directory_of(text))
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2))
    else:
        for line in _lines(found):
            click.echo(_shown(line))
    return found.loads


def _directory_of(text: str) -> Path:
    reference = parse(text)
    if reference.kind == "hub":
        from ganzoo.hub.pull import pull

        return pull(str(reference), local_files_only=True).directory
    if reference.kind == "bundled":
        from ganzoo.hub.bundled import directory_of

        return directory_of(reference.name)
    directory = Path(reference.name).expanduser()
    if not directory.is_dir():
        raise ConfigError(f"there is no folder {directory}", hint="a model is a folder that holds config.json")
    return directory


def _lines(found: Diagnosis) -> list[str]:
    lines = [f"{found.model}: " + ("nothing keeps it from loading" if found.loads else "it does not load")]
    if found.architecture is not None:
        here = found.installed
        revision = f"revision {found.revision}"
        lines.append(_row("format", str(found.format)))
        lines.append(
            _row("architecture", f"{found.architecture}, {revision}" + _here(str(here["revision"]) if here else None))
        )
        provider = f"{here['distribution']} {here['version']}".strip() if here else None
        lines.append(_row("written by", f"{found.written_by or 'a plugin of no distribution'}" + _here(provider)))
        if found.requires:
            lines.append(_row("requires", found.requires))
        if found.data:
            lines.append(_row("data", found.data))
        lines.append(_row("settings", json.dumps(found.settings)[1:-1]))
    for name, facts in found.files.items():
        size = f"{facts['bytes']:,} bytes, {facts['tensors']} tensors, {facts['numbers']:,} numbers"
        agrees = "agrees" if facts["hash_agrees"] else "DIFFERS"
        lines.append(_row(name, f"{size} of {', '.join(facts['types']) or 'no type'}; its hash {agrees}"))
    lines += [f"note: {note}" for note in found.notes]
    for problem in found.problems:
        only = " (for training=True alone)" if problem.of == TRAINING else ""
        lines.append(f"problem{only}: {problem.message}")
        if problem.hint:
            lines.append(f"  hint: {problem.hint}")
    if found.loads:
        lines.append("what only a load can tell: whether its settings build a network of just these tensors")
    return lines


def _row(label: str, text: str) -> str:
    return f"  {label:<20}  {text[:MOST_CHARACTERS]}" + ("..." if len(text) > MOST_CHARACTERS else "")


def _here(text: str | None) -> str:
    return f" (here: {text})" if text else " (here: none)"


def _shown(line: str) -> str:
    """A line without control characters, for much of it was written by strangers."""
    return "".join(character if character.isprintable() else "?" for character in line)

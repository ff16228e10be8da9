"""`ganzoo info`: everything about one entry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import click

from ganzoo.core import configuration, registry
from ganzoo.core.annotations import words
from ganzoo.core.entries import KINDS, Architecture, Entry, Recipe
from ganzoo.core.registered import Registered
from ganzoo.errors import ConfigError, UnknownName

SHOWN_ELSEWHERE = ("name", "target", "tiny", "tiny_data")


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def info(name: str, as_json: bool) -> None:
    """Show the entry NAME: its paper, provider, settings with their defaults, and what its parts hold."""
    found = [facts_of(registered) for registered in find_all(name)]
    if as_json:
        click.echo(json.dumps(found, indent=2, default=str))
        return
    for facts in found:
        click.echo(f"{facts['name']}  ({facts['kind']}, from {facts['provider']})")
        for key, value in facts["facts"].items():
            click.echo(f"  {key:<13} {plainly(value)}")
        if facts["settings"]:
            click.echo("  settings")
            width = max(len(setting["name"]) for setting in facts["settings"])
            for setting in facts["settings"]:
                click.echo(f"    {setting['name']:<{width}}  {setting['default']:<14} {setting['type']}")
        if facts["parameters"]:
            click.echo(f"  parameters, sized by {facts['sized_by']}")
            for part, count in facts["parameters"].items():
                click.echo(f"    {part:<24} {count:>12,}")


def plainly(value: Any) -> str:
    """A value as one writes settings: `lr=0.001, betas=(0.0, 0.9)`; what has a name first, `r1: weight=0.5`."""
    if isinstance(value, Mapping):
        named, others = value.get("name"), {key: part for key, part in value.items() if key != "name"}
        settings = ", ".join(
            f"{key}: {plainly(part)}" if isinstance(part, Mapping) else f"{key}={part}" for key, part in others.items()
        )
        return ": ".join(filter(None, (named, settings)))
    if isinstance(value, tuple):
        return ("; " if any(isinstance(part, Mapping) for part in value) else ", ").join(map(plainly, value))
    return str(value)


def find_all(name: str) -> list[Registered[Any]]:
    """The entries of every kind that the name leads to. Raises: the registry's errors if there is none."""
    found = []
    for kind in KINDS.values():
        try:
            found.append(registry.find(kind, name))
        except UnknownName:
            continue
    return found or [registry.find(tuple(KINDS.values()), name)]


def facts_of(found: Registered[Any]) -> dict[str, Any]:
    entry: Entry = found.entry
    known = {f.name: getattr(entry, f.name) for f in fields(entry) if f.name not in SHOWN_ELSEWHERE}
    settings = []
    if entry.target:
        settings = [
            {
                "name": parameter.name,
                "type": words(parameter.annotation),
                "default": "required" if parameter.required else json.dumps(parameter.default, default=str),
            }
            for parameter in configuration.parameters(found.load())
        ]
    parameters, sized_by = _parameters(found) if isinstance(entry, (Architecture, Recipe)) else ({}, None)
    return {
        "name": found.name,
        "kind": entry.kind,
        "provider": str(found.provider),
        "facts": {key: value for key, value in known.items() if value not in (None, (), {}, "")},
        "settings": settings,
        "parameters": parameters,
        "sized_by": sized_by,
    }


def _parameters(found: Registered[Any]) -> tuple[dict[str, int], str]:
    """Parameters per part, counted without making any, and what sized them.

    An architecture that cannot be built by its defaults (it needs a number of classes, say) is sized by the data set
    that its entry is tried on.
    """
    import torch

    from ganzoo.creation import create

    entry = found.entry
    try:
        with torch.device("meta"):
            gan = create(found.name)
        sized_by = "default settings"
    except ConfigError:
        from ganzoo.data.loading import load_data

        if isinstance(entry, Recipe):
            entry = registry.find(Architecture, entry.architecture).entry
        settings = dict(entry.tiny_data)
        data = load_data(settings.pop("name"), **settings)
        with torch.device("meta"):
            gan = create(found.name, data=data)
        sized_by = f"{data.spec.name} with {plainly(settings)}" if settings else data.spec.name
    return {name: sum(p.numel() for p in part.parameters()) for name, part in gan.named_children()}, sized_by

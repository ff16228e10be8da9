"""The command that trains a model of a card again, with every setting in it, so that later defaults change nothing."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from ganzoo.creation import FILLED
from ganzoo.hub.card_facts import Facts

WIDEST = 100
OF_THE_MACHINE = ("name", "path", "root", "workers", "resident_megabytes")


def command(facts: Facts) -> str:
    """`ganzoo train ...`, over several lines where it is long."""
    lines, line = [], "ganzoo"
    for option in options(facts):
        text = " ".join(shlex.quote(word) for word in option)
        if len(line) + len(text) > WIDEST:
            lines.append(line + " \\")
            line = " "
        line += f" {text}"
    return "\n".join([*lines, line])


def options(facts: Facts) -> Iterator[tuple[str, ...]]:
    """The words of the command, option by option."""
    plan = facts.config["training"]
    data = facts.data_component or {"name": str(facts.data.get("name")), "image_size": facts.data.get("image_size")}
    yield "train", short(plan.get("recipe") or facts.architecture)
    yield "--data", f"./{data['path']}" if "path" in data else short(data["name"])
    yield from settings("data.", {key: value for key, value in data.items() if key not in OF_THE_MACHINE})
    for key in ("rounds", "batch_size", "seed"):
        if key in plan:
            yield f"--{key.replace('_', '-')}", written(plan[key])
    if "ema" in plan:
        yield "--ema", written(plan["ema"])
    config = facts.config["architecture"]["config"]
    yield from settings("", {k: v for k, v in config.items() if k not in FILLED or facts.data.get(k) != v}, nones=True)
    if isinstance(plan.get("loss"), Mapping):
        yield from component("--loss", plan["loss"], "loss.")
    for key, option in (("penalties", "--penalty"), ("techniques", "--technique")):
        if key in plan:
            chosen = [given for given in plan[key] or () if isinstance(given, Mapping)]
            for given in chosen:
                yield from component(option, given, f"{str(given['name']).rpartition('.')[2]}.")
            if not chosen:
                yield option, "none"
    for player, given in (plan.get("players") or {}).items():
        yield from settings(f"{player}.", given, nones=True)


def component(option: str, given: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, ...]]:
    """The option that chooses a component, and its arguments."""
    yield option, short(given["name"])
    yield from settings(prefix, {key: value for key, value in given.items() if key != "name"}, nones=True)


def settings(prefix: str, given: Mapping[str, Any], *, nones: bool = False) -> Iterator[tuple[str, ...]]:
    """One --set for each."""
    for key, value in given.items():
        if value is not None or nones:
            yield "--set", f"{prefix}{key}={written(value)}"


def written(value: Any) -> str:
    """A value as the command reads it."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    if isinstance(value, (list, dict)):
        plain = isinstance(value, list) and len(value) > 1 and all(isinstance(v, (int, float)) for v in value)
        return ",".join(map(str, value)) if plain else json.dumps(value)
    return str(value)


def short(name: str) -> str:
    """A built-in's short name, which always means the built-in."""
    return name.removeprefix("ganzoo.")

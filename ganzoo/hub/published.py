"""A published model's recipe: hub_cards/NAME/recipe.toml, from which anybody can train the model again."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ganzoo.errors import ConfigError

RECIPE = "recipe.toml"
KINDS: dict[str, type | tuple[type, ...]] = {
    "entry": str, "data": dict, "seed": int, "license": str, "trained": bool, "note": str, "measure": list,
    "config": dict, "training": dict,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Published:
    """What recipe.toml says.

    Args:
        name: of the folder.
        entry: architecture or recipe of the zoo.
        data: name of the data set, and its arguments.
        seed: of the weights and of every random stream.
        license: of the weights.
        trained: whether we have trained it; False marks a recipe that waits for a machine.
        note: what a reader of the recipe should know.
        measure: scores to take (`ganzoo.metrics.measuring`).
        config: constructor arguments that differ from the entry's.
        training: arguments of `ganzoo.train` that differ from the entry's.
    """

    name: str
    entry: str
    data: Mapping[str, Any]
    seed: int = 0
    license: str | None = None
    trained: bool = True
    note: str = ""
    measure: tuple[str, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)


def is_recipe(text: str) -> bool:
    """Whether a text that a user gave to `ganzoo train` names a folder with a recipe."""
    return (Path(text) / RECIPE).is_file()


def read(folder: Path) -> Published:
    """The recipe in a folder. Raises: ConfigError naming everything that is wrong with it."""
    file = folder / RECIPE
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{folder} holds no {RECIPE}") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file} is no TOML: {error}") from error
    needed = {"entry", "data"}
    problems = [f"{key} is missing" for key in sorted(needed - set(found))]
    problems += [f"{key} is unknown (known: {', '.join(KINDS)})" for key in found if key not in KINDS]
    problems += [
        f"{key} is {found[key]!r:.60}"
        for key, kind in KINDS.items()
        if key in found and (not isinstance(found[key], kind) or (kind is int and isinstance(found[key], bool)))
    ]
    if isinstance(found.get("data"), dict) and not isinstance(found["data"].get("name"), str):
        problems.append("data.name is missing")
    if problems:
        raise ConfigError(f"{file}: {'; '.join(problems)}")
    known = {entry.name for entry in fields(Published)}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in found.items() if key in known
    }
    return Published(name=folder.resolve().name, **values)

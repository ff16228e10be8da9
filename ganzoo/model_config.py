"""config.json of a model directory, read as what it may be: text of a stranger. No torch is imported here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ganzoo.errors import ModelDirectoryError
from ganzoo.tensor_header import without_duplicates

FORMAT = 1
CONFIG, MODEL, TRAINING = "config.json", "model.safetensors", "training.safetensors"
SCORES, SPEED = "scores.json", "speed.json"
PICTURES = ("samples.png", "losses.png")
DESCRIPTIONS = (SCORES, SPEED, *PICTURES)  # of the weights beside them, for the card
LARGEST_CONFIG = 64 * 1024
DEEPEST = 8
LARGEST_SETTING = 2**20  # settings are sizes and counts: a list of so many layers still fits in memory
STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
KEYS = {"ganzoo", "architecture", "provider", "data", "weights", "training"}


def read_config(directory: Path) -> dict[str, Any]:
    """config.json with the types that the reader of models relies on. Raises: ModelDirectoryError naming all faults."""
    file = directory / CONFIG
    if not file.is_file():
        nested = directory / "model" / CONFIG
        hint = f"load the run's model: {nested.parent}" if nested.is_file() else None
        raise ModelDirectoryError(f"{directory} holds no model: it has no {CONFIG}", hint=hint)
    config = _parse(file)
    if isinstance(config, dict) and "plan" in config:
        raise ModelDirectoryError(f"{directory} holds a run, not a model", hint=f"load {directory / 'model'}")
    problems: list[str] = []

    def expect(value: Any, kind: type | tuple[type, ...], label: str) -> Any:
        if isinstance(value, bool) or not isinstance(value, kind):
            problems.append(f"{label} is {value!r:.60}")
            return {} if kind is dict else value
        return value

    config = expect(config, dict, "the whole")
    problems += [f"{key!r:.60} is unknown" for key in config if key not in KEYS]
    header = expect(config.get("ganzoo"), dict, "ganzoo")
    format = expect(header.get("format"), int, "ganzoo.format")
    if isinstance(format, int) and not 1 <= format <= FORMAT:  # nothing else can be said of it
        raise ModelDirectoryError(
            f"{directory} has format {format}; this ganzoo reads {'1 to ' if FORMAT > 1 else ''}{FORMAT}",
            hint="pip install --upgrade ganzoo" if format > FORMAT else "no such format was ever written",
        )
    architecture = expect(config.get("architecture"), dict, "architecture")
    expect(architecture.get("name"), str, "architecture.name")
    expect(architecture.get("revision"), int, "architecture.revision")
    settings = expect(architecture.get("config"), dict, "architecture.config")
    problems += too_large(settings)
    provider = expect(config.get("provider"), dict, "provider")
    for key in ("distribution", "version", "requires"):
        expect(provider.get(key, ""), str, f"provider.{key}")
    expect(config.get("data"), (dict, type(None)), "data")
    expect(config.get("training"), dict, "training")
    for name, weights in expect(config.get("weights"), dict, "weights").items():
        if name not in (MODEL, TRAINING):
            problems.append(f"weights names {name!r:.60}")
        expect(expect(weights, dict, f"weights.{name}").get("sha256"), str, f"weights.{name}.sha256")
    if problems:
        raise ModelDirectoryError(f"{file} is not a ganzoo model's config: {'; '.join(problems[:8])}")
    return config


def too_large(settings: Any) -> list[str]:
    """The numbers in an architecture's config that no setting would have, in words."""
    return [f"architecture.config has {n}" for n in _numbers(settings) if abs(n) > LARGEST_SETTING]


def _parse(file: Path) -> Any:
    try:
        if file.stat().st_size > LARGEST_CONFIG:
            raise ModelDirectoryError(f"{file} has {file.stat().st_size} bytes, more than any config")
        text = file.read_bytes().decode("utf-8")
        if _depth(text) > DEEPEST:
            raise ModelDirectoryError(f"{file} is not JSON that a model's config would be: it nests too deeply")
        return json.loads(text, object_pairs_hook=without_duplicates, parse_constant=_no_constant)
    except (OSError, ValueError, RecursionError) as error:
        raise ModelDirectoryError(f"{file} is not JSON: {error}") from error


def _depth(text: str) -> int:
    """How deep brackets nest outside of strings."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _numbers(value: Any) -> Iterator[int | float]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner)
    elif isinstance(value, (int, float)):
        yield value

"""Whether the folders of hub_cards agree with themselves: recipe, reviewed card, and the model in the package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ganzoo.core import entries, registry
from ganzoo.core.data_spec import DataSpec
from ganzoo.errors import GanzooError
from ganzoo.hub.bundled import BUNDLED
from ganzoo.hub.card_facts import read_scores, read_speed
from ganzoo.hub.card_renewal import renewed
from ganzoo.hub.committing import CARD
from ganzoo.hub.published import RECIPE, Published, read
from ganzoo.model_config import PICTURES, SPEED, read_config


def check_folder(folder: Path, bundled: Path = BUNDLED) -> list[str]:
    """What is wrong with one folder of hub_cards, in words; empty if nothing is."""
    try:
        recipe = read(folder)
        found = registry.find((entries.Architecture, entries.Recipe), recipe.entry)
        registry.find(entries.Dataset, recipe.data["name"])
    except GanzooError as error:
        return [error.message]
    card = folder / CARD
    if not recipe.trained:
        return [] if "not trained by us yet" in recipe.note else [f"{folder / RECIPE}: the note must say so"]
    if not card.is_file():
        return [f"{folder} has no {CARD}: it was not trained, or trained = false is missing"]
    problems = list(_against_card(recipe, found, card.read_text(encoding="utf-8")))
    problems += _against_model(recipe, found, bundled)
    if not problems:
        problems = list(_against_today(folder, bundled))
    return [f"{folder.name}: {problem}" for problem in problems]


def check_all(folders: Path) -> list[str]:
    """What is wrong in a directory of such folders."""
    return [problem for recipe in sorted(folders.glob(f"*/{RECIPE}")) for problem in check_folder(recipe.parent)]


def _against_card(recipe: Published, found: Any, card: str) -> Iterator[str]:
    import yaml

    front = re.match(r"---\n(.*?)\n---\n", card, re.DOTALL)
    data = yaml.safe_load(front[1]) if front else None
    if not isinstance(data, dict):
        yield "the card has no metadata"
        return
    if data.get("license") != recipe.license:
        yield f"the card's licence is {data.get('license')}, the recipe's {recipe.license}"
    if data.get("datasets") != [recipe.data["name"]]:
        yield f"the card's data are {data.get('datasets')}, the recipe's {recipe.data['name']}"
    if _architecture(found) not in data.get("tags", []):
        yield f"the card has no tag {_architecture(found)}"
    metrics = {m["type"] for entry in data.get("model-index", []) for r in entry["results"] for m in r["metrics"]}
    if missing := set(recipe.measure) - metrics:
        yield f"the card lacks the scores {', '.join(sorted(missing))}"


def _against_model(recipe: Published, found: Any, bundled: Path) -> Iterator[str]:
    directory = bundled / recipe.name
    if not directory.is_dir():
        yield "the model is not in the package"
        return
    config = read_config(directory)
    if config["architecture"]["name"].rpartition(".")[2] != _architecture(found):
        yield f"the model is a {config['architecture']['name']}, the recipe's a {_architecture(found)}"
    entry_config = found.entry.config if isinstance(found.entry, entries.Recipe) else {}
    for key, value in {**entry_config, **recipe.config}.items():
        if _plain(config["architecture"]["config"].get(key)) != _plain(value):
            yield f"the model has {key}={config['architecture']['config'].get(key)!r}, the recipe {value!r}"
    spec = DataSpec.from_json(config["data"])
    if spec.name != recipe.data["name"] or recipe.data.get("image_size", spec.image_size) != spec.image_size:
        yield f"the model was trained on {spec.name} of {spec.image_size} pixels"
    for key in ("rounds", "batch_size", "ema"):
        if key in recipe.training and config["training"].get(key) != recipe.training[key]:
            yield f"the model was trained with {key}={config['training'].get(key)}, the recipe says otherwise"
    if config["training"].get("seed") != recipe.seed:
        yield f"the model was trained with seed {config['training'].get('seed')}"
    if {score.metric for score in read_scores(directory)} != set(recipe.measure):
        yield "the model's scores are not those that the recipe names"


def _against_today(folder: Path, bundled: Path) -> Iterator[str]:
    if renewed(folder, bundled) != (folder / CARD).read_text(encoding="utf-8"):
        yield "the card is not what is generated today: ganzoo card renew"
    for name in PICTURES:
        kept, made = folder / name, bundled / folder.name / name
        if kept.is_file() != made.is_file() or (made.is_file() and kept.read_bytes() != made.read_bytes()):
            yield f"{name} is not that of the model: ganzoo card renew"
    if read_speed(bundled / folder.name) is None:
        yield f"the model has no {SPEED}: ganzoo card renew --speed"


def _architecture(found: Any) -> str:
    return found.entry.architecture.rpartition(".")[2] if isinstance(found.entry, entries.Recipe) else found.short_name


def _plain(value: Any) -> Any:
    """A component in one form: qualified names without their namespace, and no tuples."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value.removeprefix("ganzoo.") if isinstance(value, str) else value

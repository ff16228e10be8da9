"""What the state of each architecture looked like at each revision: a small file that a plugin keeps and commits.

    {"mygan.mygan": {"1": {"config": {"width": 4, ...}, "tensors": "0f3c...", "sampling": ["prior", "generator"],
                           "table": {"generator.0.weight": "float32 [4, 2]", ...}}}}

`tensors` is a hash of the names, shapes and types of all tensors of a model of that config. While it stays the same,
what was saved before can be loaded; when it changes, the entry's `revision` must be raised. `table` tells these names,
shapes and types, and `sampling` the parts that model.safetensors held, so that it can be tried whether the entry's
`migrate` takes them; records of ganzoo's first days lack both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ganzoo.core import entries, registry
from ganzoo.core.registered import Registered
from ganzoo.creation import load_architecture
from ganzoo.errors import ConfigError
from ganzoo.files import write_json
from ganzoo.gan import GAN
from ganzoo.model_config import MODEL, TRAINING
from ganzoo.tensor_header import Table
from ganzoo.testing.trial import Trial
from ganzoo.weights import named_tensors, table

Recorded = dict[str, dict[str, dict[str, Any]]]
NEEDED = {"config", "tensors"}
KNOWN = NEEDED | {"sampling", "table"}


def of_model(model: nn.Module) -> str:
    """A hash of the names, shapes and types of a model's tensors; their values do not matter."""
    facts = [[name, list(shape), dtype] for name, (shape, dtype) in sorted(table(named_tensors(model)).items())]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def of_config(found: Registered[Any], config: Mapping[str, Any]) -> str:
    """That of an architecture with this config. Takes no memory. Raises what building it raises."""
    return of_model(_on_meta(found, config))


def read(file: Path | None) -> Recorded:
    """What was recorded; nothing if there is no file. Raises: ConfigError for a file that is no such record."""
    if file is None or not file.is_file():
        return {}
    try:
        recorded = json.loads(file.read_text("utf-8"))
        fits = all(NEEDED <= set(kept) <= KNOWN for kinds in recorded.values() for kept in kinds.values())
    except (ValueError, AttributeError, TypeError) as error:
        raise ConfigError(f"{file} holds no fingerprints: {error}") from error
    if not fits:
        raise ConfigError(
            f"{file} holds no fingerprints", hint='{"mygan.mygan": {"1": {"config": {}, "tensors": "..."}}}'
        )
    return recorded


def tables(kept: Mapping[str, Any]) -> dict[str, Table]:
    """What the files of a recorded model held, by the name of the file; nothing if that was not recorded.

    Raises: ConfigError for a table that is none.
    """
    if "table" not in kept or "sampling" not in kept:
        return {}
    try:
        everything: Table = {}
        for name, text in kept["table"].items():
            dtype, _, shape = text.partition(" ")
            everything[name] = (tuple(json.loads(shape)), dtype)
        parts = {name: name.partition(".") for name in everything}
        needed = [name for name, (child, _, rest) in parts.items() if not rest or child in kept["sampling"]]
    except (ValueError, AttributeError, TypeError) as error:
        raise ConfigError(f"a fingerprint holds no table of tensors: {error}") from error
    return {MODEL: {name: everything[name] for name in needed}, TRAINING: everything}


def default_file(namespace: str) -> Path | None:
    """tests/fingerprints.json of the directory that one is in, if it is about this plugin."""
    file = Path("tests") / "fingerprints.json"
    return file if any(name.startswith(f"{namespace}.") for name in read(file)) else None


def record(namespace: str, file: Path) -> list[str]:
    """Add the present revision of every architecture of a plugin to the file; returns the names of those added.

    What is recorded already is never changed: that is what the file is for. At most the table is added to it, where
    the tensors are still those that were recorded.
    Raises: WriteError, and what building raises.
    """
    recorded, added = read(file), []
    for found in registry.entries(entries.Architecture, deprecated=True):
        if found.provider.namespace != namespace:
            continue
        kinds, revision = recorded.setdefault(found.name, {}), str(found.entry.revision)
        if "table" in kinds.get(revision, {}):
            continue
        gan = Trial(found).build() if revision not in kinds else _on_meta(found, kinds[revision]["config"])
        if revision in kinds and of_model(gan) != kinds[revision]["tensors"]:
            continue
        described = {name: f"{dtype} {list(shape)}" for name, (shape, dtype) in table(named_tensors(gan)).items()}
        facts = {"config": gan.config, "tensors": of_model(gan), "sampling": list(gan.sampling), "table": described}
        kinds[revision] = {**facts, **kinds.get(revision, {})}
        added.append(found.name)
    if added:
        write_json(file, recorded)
    return added


def _on_meta(found: Registered[Any], config: Mapping[str, Any]) -> GAN:
    with torch.device("meta"):
        return load_architecture(found)(**config)

"""What the state of each architecture looked like at each revision: a small file that a plugin keeps and commits.

    {"mygan.mygan": {"1": {"config": {"width": 4, ...}, "tensors": "0f3c..."}}}

`tensors` is a hash of the names, shapes and types of all tensors of a model of that config. While it stays the same,
what was saved before can be loaded; when it changes, the entry's `revision` must be raised.
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
from ganzoo.testing.trial import Trial
from ganzoo.weights import named_tensors, table

Recorded = dict[str, dict[str, dict[str, Any]]]


def of_model(model: nn.Module) -> str:
    """A hash of the names, shapes and types of a model's tensors; their values do not matter."""
    facts = [[name, list(shape), dtype] for name, (shape, dtype) in sorted(table(named_tensors(model)).items())]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def of_config(found: Registered[Any], config: Mapping[str, Any]) -> str:
    """That of an architecture with this config. Takes no memory. Raises what building it raises."""
    with torch.device("meta"):
        return of_model(load_architecture(found)(**config))


def read(file: Path | None) -> Recorded:
    """What was recorded; nothing if there is no file. Raises: ConfigError for a file that is no such record."""
    if file is None or not file.is_file():
        return {}
    try:
        recorded = json.loads(file.read_text("utf-8"))
        fits = all(set(kept) == {"config", "tensors"} for kinds in recorded.values() for kept in kinds.values())
    except (ValueError, AttributeError, TypeError) as error:
        raise ConfigError(f"{file} holds no fingerprints: {error}") from error
    if not fits:
        raise ConfigError(
            f"{file} holds no fingerprints", hint='{"mygan.mygan": {"1": {"config": {}, "tensors": "..."}}}'
        )
    return recorded


def default_file(namespace: str) -> Path | None:
    """tests/fingerprints.json of the directory that one is in, if it is about this plugin."""
    file = Path("tests") / "fingerprints.json"
    return file if any(name.startswith(f"{namespace}.") for name in read(file)) else None


def record(namespace: str, file: Path) -> list[str]:
    """Add the present revision of every architecture of a plugin to the file; returns the names of those added.

    What is recorded already is never changed: that is what the file is for.
    Raises: WriteError, and what building raises.
    """
    recorded, added = read(file), []
    for found in registry.entries(entries.Architecture, deprecated=True):
        if found.provider.namespace != namespace:
            continue
        kinds, revision = recorded.setdefault(found.name, {}), str(found.entry.revision)
        if revision not in kinds:
            gan = Trial(found).build()
            kinds[revision] = {"config": gan.config, "tensors": of_model(gan)}
            added.append(found.name)
    if added:
        write_json(file, recorded)
    return added

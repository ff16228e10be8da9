"""Tiny models and data of registered entries, and how two states are compared."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganzoo.core import entries, registry
from ganzoo.creation import create
from ganzoo.data import Data
from ganzoo.data.loading import load_data
from ganzoo.gan import GAN

BATCH_SIZE = 8


def build_tiny(name: str, *, seed: int = 0) -> tuple[GAN, Data]:
    """An architecture or recipe with its `tiny` settings, and the data that they are tried on."""
    found = registry.find((entries.Architecture, entries.Recipe), name)
    entry = found.entry
    architecture = (
        registry.find(entries.Architecture, entry.architecture).entry if isinstance(entry, entries.Recipe) else entry
    )
    data = load_data(dict(architecture.tiny_data))
    return create(found.name, data=data, seed=seed, **entry.tiny), data


def some_samples(gan: GAN, data: Data, n: int, **settings: Any) -> Tensor:
    """n samples, of the data's first images where the model translates."""
    if gan.translates:
        settings["source"] = data.sources(n)
    return gan.sample(n, **settings)


def same(first: Any, second: Any, path: str = "") -> str:
    """Where two nested states differ in a bit; "" if nowhere."""
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        return "" if first.dtype == second.dtype and torch.equal(first, second) else path or "its values"
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        if first.keys() != second.keys():
            return f"{path}: {sorted(map(str, first.keys() ^ second.keys()))}"
        return next((found for key in first if (found := same(first[key], second[key], f"{path}/{key}"))), "")
    if isinstance(first, (list, tuple)) and isinstance(second, (list, tuple)) and len(first) == len(second):
        pairs = enumerate(zip(first, second, strict=True))
        return next((found for i, (a, b) in pairs if (found := same(a, b, f"{path}/{i}"))), "")
    return "" if first == second else f"{path}: {first!r} is not {second!r}"


def random_states() -> dict[str, Any]:
    """What torch's, Python's and numpy's global generators would draw next."""
    numbers = np.random.get_state()
    return {"torch": torch.get_rng_state(), "random": random.getstate(), "numpy": [str(part) for part in numbers]}

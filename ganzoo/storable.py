"""The methods of a GAN that write it to disk and to the Hub."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Self

# The only reference upwards from the layer of GANs: functions of the hub layer, found when they are called.
HUB = "ganzoo.hub.habits"


class Storable:
    """For those with Hub habits: the same as `ganzoo.load` and `ganzoo.push`."""

    def save_pretrained(self, directory: str | Path, *, training: Mapping[str, Any] | None = None) -> Path:
        """Write a model directory; see `ganzoo.model_directory.save`."""
        save = import_module("ganzoo.model_directory").save
        return save(self, directory, training=training)

    @classmethod
    def from_pretrained(cls, source: str | Path, **settings: Any) -> Self:
        """`ganzoo.load` with its arguments. Raises: CompatibilityError for a model of another class."""
        return import_module(HUB).from_pretrained(cls, source, **settings)

    def push_to_hub(self, repository: str, **settings: Any) -> Any:
        """`ganzoo.push` with its arguments; returns what was pushed."""
        return import_module(HUB).push_to_hub(self, repository, **settings)

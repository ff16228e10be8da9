"""What a card tells, gathered from a model directory: nothing that was not measured or written down there."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganzoo.core import entries, registry
from ganzoo.errors import ModelDirectoryError, RegistryError
from ganzoo.hub.bundled import name_of as bundled_name
from ganzoo.metrics.protocol import Score
from ganzoo.model_config import MODEL, PICTURES, SCORES, SPEED, TRAINING, read_config
from ganzoo.tensor_header import read_table


@dataclass
class Facts:
    """Everything that sections and metadata of a card are made from."""

    repository: str | None
    config: dict[str, Any]
    entry: entries.Architecture | None
    dataset: entries.Dataset | None
    parameters: dict[str, int]
    scores: list[Score] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    speed: dict[str, Any] | None = None
    bundled: str | None = None

    @property
    def reference(self) -> str:
        """What to load it by."""
        return self.repository or (f"bundled:{self.bundled}" if self.bundled else "./folder")

    @property
    def architecture(self) -> str:
        return self.config["architecture"]["name"]

    @property
    def short_name(self) -> str:
        return self.architecture.rpartition(".")[2]

    @property
    def data(self) -> dict[str, Any]:
        return self.config.get("data") or {}

    @property
    def data_component(self) -> dict[str, Any] | None:
        """The data set and its arguments, as the run was given them; None for data from Python, and if not recorded."""
        component = self.config["training"].get("data")
        return component if isinstance(component, dict) and isinstance(component.get("name"), str) else None

    @property
    def public_data(self) -> str | None:
        """Name of the data set if others have it too: not somebody's own folder, nor data made in Python."""
        own = self.dataset is None or "path" in (self.data_component or {})
        return None if own else self.data.get("name")

    @property
    def title(self) -> str:
        return (
            self.repository.split("/")[1] if self.repository else f"{self.short_name}-{self.data.get('name', 'model')}"
        )


def read_facts(directory: Path, repository: str | None) -> Facts:
    """The facts of a model directory. Raises: ModelDirectoryError."""
    config = read_config(directory)
    files = {"sampling": directory / MODEL, "training": directory / TRAINING}
    parameters = {
        label: sum(math.prod(shape) for shape, _ in read_table(file).values())
        for label, file in files.items()
        if file.is_file()
    }
    facts = Facts(
        repository,
        config,
        _entry(entries.Architecture, config["architecture"]["name"]),
        None,
        parameters,
        read_scores(directory),
        [picture for picture in PICTURES if (directory / picture).is_file()],
        read_speed(directory),
        bundled_name(directory),
    )
    # A folder may bear the name of a data set; what the run was given decides.
    name = (facts.data_component or facts.data).get("name")
    facts.dataset = _entry(entries.Dataset, name) if isinstance(name, str) else None
    return facts


def read_scores(directory: Path) -> list[Score]:
    """The scores that were taken of a model; none if nobody took any. Raises: ModelDirectoryError."""
    file = directory / SCORES
    if not file.is_file():
        return []
    try:
        scores = [Score.from_json(fields) for fields in json.loads(file.read_text(encoding="utf-8"))]
        for score in scores:
            _finite(score.value)
            if not isinstance(score.metric, str):
                raise ValueError(f"{score.metric!r:.60} is no metric")
        return scores
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ModelDirectoryError(f"{file} holds no scores: {error}", hint="delete it, or measure again") from error


def read_speed(directory: Path) -> dict[str, Any] | None:
    """How quick sampling is, if somebody measured it (`ganzoo.metrics.speed`). Raises: ModelDirectoryError."""
    file = directory / SPEED
    if not file.is_file():
        return None
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        seconds, size = _finite(found["seconds_per_1000"]), int(_finite(found["batch_size"]))
        if seconds <= 0 or size < 1:
            raise ValueError(f"{seconds} seconds in batches of {size}")
        return {"seconds": seconds, "batch_size": size, "machine": str(found["machine"])}
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ModelDirectoryError(f"{file} tells no speed: {error!r}", hint="delete it, or measure again") from error


def _finite(value: Any) -> float:
    """A number that can be measured. Raises: ValueError, OverflowError."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{value!r:.60} is no measured number")
    return float(value)


def _entry(kind: Any, name: str) -> Any:
    try:
        return registry.find(kind, name).entry
    except RegistryError:
        return None

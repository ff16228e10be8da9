"""The hooks that a plugin can implement. One of them registers everything; the others report events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pluggy

from ganzoo.core.entries import Entry

hookspec = pluggy.HookspecMarker("ganzoo")
hookimpl = pluggy.HookimplMarker("ganzoo")


@hookspec
def ganzoo_entries() -> Iterable[Entry]:  # type: ignore[empty-body]
    """Return everything that the plugin adds to the zoo, as plain data (`ganzoo.entries`)."""


@hookspec
def run_started(run: Any) -> None:
    """A training run is about to play its first round (of this process)."""


@hookspec
def run_metrics(run: Any, round: int, metrics: Mapping[str, float]) -> None:
    """A line was written to metrics.jsonl."""


@hookspec
def run_samples(run: Any, round: int, path: Path) -> None:
    """A picture of samples was written."""


@hookspec
def run_finished(run: Any, error: BaseException | None) -> None:
    """A run has ended, with the error that ended it, if one did."""


@hookspec
def model_card_sections(card: Any) -> Iterable[Any]:  # type: ignore[empty-body]
    """Return sections to add to a model card."""

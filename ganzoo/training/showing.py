"""The pictures that a finished run leaves beside its model: the last samples, and the losses."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from shutil import copyfile

from ganzoo import pictures
from ganzoo.errors import DataError
from ganzoo.files import write_whole
from ganzoo.model_config import PICTURES
from ganzoo.training.run_directory import RunDirectory


def show_run(run: RunDirectory, directory: Path) -> None:
    """Write samples.png and losses.png where they are missing and the run has something to show."""
    samples, losses = (directory / name for name in PICTURES)
    latest = max(run.samples.glob("round-*.png"), default=None)
    if not samples.exists() and latest is not None:
        write_whole(samples, lambda temporary: copyfile(latest, temporary))
    if not losses.exists():
        with suppress(DataError):  # a run too short to have logged anything has no curves
            pictures.save(pictures.curves(run.read_metrics()), losses)

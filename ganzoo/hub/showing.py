"""The pictures of a card: samples as they come, and the losses of the run."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from shutil import copyfile

from ganzoo import pictures
from ganzoo.errors import DataError
from ganzoo.gan import GAN

SEED = 0


def add_pictures(gan: GAN, run: Path | None, directory: Path) -> None:
    """Write samples.png and losses.png where they are missing and there is something to draw them from.

    Args:
        run: the run's directory, whose latest picture and metrics are taken; None if there is none.
    """
    samples, losses = directory / "samples.png", directory / "losses.png"
    latest = max((run / "samples").glob("round-*.png"), default=None) if run is not None else None
    if not samples.exists() and latest is not None:
        copyfile(latest, samples)
    if not samples.exists() and not gan.translates:
        with suppress(DataError):  # what has no picture is shown without one
            n = pictures.POINTS if gan.data is not None and gan.data.modality == "points" else pictures.IMAGES
            pictures.save(pictures.of_samples(gan.sample(n, seed=SEED), gan.data), samples)
    if not losses.exists() and run is not None:
        from ganzoo.training.run_directory import RunDirectory

        with suppress(DataError):  # a run too short to have logged anything has no curves
            pictures.save(pictures.curves(RunDirectory(run).read_metrics()), losses)

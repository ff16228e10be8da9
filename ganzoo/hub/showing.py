"""The pictures of a card: samples as they come, and the losses of the run."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ganzoo import pictures
from ganzoo.errors import DataError
from ganzoo.gan import GAN
from ganzoo.model_config import PICTURES

SEED = 0


def add_pictures(gan: GAN, run: Path | None, directory: Path) -> None:
    """Write samples.png and losses.png where they are missing and there is something to draw them from.

    Args:
        run: the run's directory, whose latest picture and metrics are taken; None if there is none.
    """
    if run is not None:
        from ganzoo.training.run_directory import RunDirectory
        from ganzoo.training.showing import show_run

        show_run(RunDirectory(run), directory)
    samples = directory / PICTURES[0]
    if not samples.exists() and not gan.translates:
        with suppress(DataError):  # what has no picture is shown without one
            n = pictures.POINTS if gan.data is not None and gan.data.modality == "points" else pictures.IMAGES
            pictures.save(pictures.of_samples(gan.sample(n, seed=SEED), gan.data), samples)

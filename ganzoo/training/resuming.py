"""Going on with a run from its directory alone."""

from __future__ import annotations

from pathlib import Path

import torch

from ganzoo.core import entries, registry
from ganzoo.creation import load_architecture
from ganzoo.data.loading import load_data
from ganzoo.errors import ConfigError, RunDirectoryError
from ganzoo.training.loop import train
from ganzoo.training.reopening import reopen
from ganzoo.training.run_directory import RunDirectory


def resume(
    path: str | Path,
    *,
    stop_at: int | None = None,
    device: str | torch.device = "cpu",
    progress: bool = False,
) -> int:
    """Go on from the last checkpoint in a run directory; returns the run's length in rounds.

    Raises: RunDirectoryError for a directory without a run that can be built again, CheckpointError, and what
    `ganzoo.train` raises.
    """
    directory = RunDirectory(path)
    try:
        config = reopen(directory)
    finally:
        directory.release()
    try:
        architecture, component = config["architecture"], config["data"]["component"]
        name, settings, rounds = architecture["name"], dict(architecture["config"]), int(config["plan"]["rounds"])
    except (KeyError, TypeError, ValueError) as error:
        raise RunDirectoryError(f"{directory.config_file} does not describe a run: {error!r}") from error
    if component is None:
        raise RunDirectoryError(
            f"the data of {path} were given as an object, not by name",
            hint="go on from Python: ganzoo.train(gan, data, out=..., resume=True)",
        )
    try:
        gan = load_architecture(registry.find_saved(entries.Architecture, name))(**settings)
    except ConfigError as error:
        raise RunDirectoryError(f"{directory.config_file}: {error.message}", hint=error.hint) from error
    gan.recipe = config.get("recipe")
    train(gan, load_data(component), out=path, resume=True, stop_at=stop_at, device=device, progress=progress)
    return rounds

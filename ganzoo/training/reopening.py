"""Taking up a run directory again, if what is installed is what its run was begun with."""

from __future__ import annotations

from typing import Any

from ganzoo.errors import RunDirectoryError
from ganzoo.model_config import TRAINING
from ganzoo.saved_architecture import find_architecture, how_to_go_back, how_to_upgrade
from ganzoo.training.run_directory import FORMAT, RunDirectory


def reopen(directory: RunDirectory) -> dict[str, Any]:
    """Claim the directory to go on with its run; returns its config.

    Raises: RunDirectoryError if there is no run, if it is in use, or if its architecture has another revision today:
        a checkpoint holds optimisers, averages and random streams of tensors that no longer are what they were, and
        going on with a part of them would be another run. The registry's errors for an architecture that is not there.
    """
    config = directory.reopen()
    try:
        _check_format(config, directory)
        _check_revision(config, directory)
    except BaseException:
        directory.release()
        raise
    return config


def _check_format(config: dict[str, Any], directory: RunDirectory) -> None:
    header = config.get("ganzoo")
    format = header.get("format") if isinstance(header, dict) else None
    if isinstance(format, int) and format != FORMAT:
        raise RunDirectoryError(
            f"{directory.path} holds a run of format {format}; this ganzoo takes up {FORMAT}",
            hint="pip install --upgrade ganzoo" if format > FORMAT else "start the run anew",
        )


def _check_revision(config: dict[str, Any], directory: RunDirectory) -> None:
    try:
        begun, name = int(config["architecture"].get("revision", 1)), str(config["architecture"]["name"])
        provider = {key: str(value) for key, value in dict(config.get("provider") or {}).items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunDirectoryError(f"{directory.config_file} does not describe a run: {error!r}") from error
    asked = {"architecture": {"name": name}, "provider": provider}
    found = find_architecture(asked)
    known = found.entry.revision
    if begun == known:
        return
    hint = how_to_upgrade(found.provider) if begun > known else how_to_go_back(asked, found.provider)
    if begun < known and (directory.model / TRAINING).is_file():
        hint += f"; or train its finished model further: ganzoo.load({str(directory.model)!r}, training=True)"
    raise RunDirectoryError(
        f"{directory.path} holds a run of revision {begun} of {found.name}, and {found.provider} has revision {known}: "
        "checkpoints are not migrated, for their optimisers and averages belong to the tensors of that revision",
        hint=hint,
    )

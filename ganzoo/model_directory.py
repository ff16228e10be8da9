"""The format of a trained model on disk: what is written, and a reader that trusts nothing.

config.json             architecture and config, provider, data, hashes of the weights, training summary
model.safetensors       what sampling needs (the average of the weights, if the run kept one)
training.safetensors    optional: the live weights of all players
scores.json, speed.json, samples.png, losses.png    optional: what was measured and drawn of these weights
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from ganzoo.bounded_building import bounded_building
from ganzoo.core import entries, registry
from ganzoo.core.data_spec import DataSpec
from ganzoo.creation import load_architecture
from ganzoo.errors import ConfigError, GanzooError, ModelDirectoryError
from ganzoo.files import sha256, write_json, write_whole
from ganzoo.gan import GAN
from ganzoo.migration import Migration
from ganzoo.model_config import CONFIG, DESCRIPTIONS, FORMAT, MODEL, TRAINING, read_config
from ganzoo.nn.undrawn import Undrawn
from ganzoo.saved_architecture import check_versions, find_architecture, how_to_upgrade, is_newer, written_by
from ganzoo.tensor_header import Table, read_table
from ganzoo.version import VERSION
from ganzoo.weights import assign_to, mismatches, named_tensors, table, to_store

__all__ = ["CONFIG", "FORMAT", "MODEL", "TRAINING", "describe_architecture", "load", "save", "sha256"]


def save(
    gan: GAN, directory: str | Path, *, live: GAN | None = None, training: Mapping[str, Any] | None = None
) -> Path:
    """Write a model directory; returns its path.

    Args:
        gan: the model to sample from.
        live: the GAN with all its players, for fine-tuning; it fills training.safetensors.
        training: a JSON-able summary of how it was trained.

    Scores and pictures of a model that was there before are removed: they say nothing about this one.

    Raises: ModelDirectoryError if the GAN's class is not registered; WriteError.
    """
    directory = Path(directory)
    described = describe_architecture(gan)
    if (directory / CONFIG).exists():
        for name in DESCRIPTIONS:
            (directory / name).unlink(missing_ok=True)
    sampling = {name: tensor for name, tensor in named_tensors(gan).items() if _needed(gan, name)}
    files = {MODEL: sampling} | ({TRAINING: named_tensors(live)} if live is not None else {})
    hashes = {}
    for name, tensors in files.items():
        write_whole(directory / name, lambda path, tensors=tensors: save_file(to_store(tensors), path))  # type: ignore[misc]
        hashes[name] = {"sha256": sha256(directory / name), "bytes": (directory / name).stat().st_size}
    if live is None:
        (directory / TRAINING).unlink(missing_ok=True)
    config = {
        "ganzoo": {"format": FORMAT, "version": VERSION},
        **described,
        "data": gan.data.to_json() if gan.data is not None else None,
        "weights": hashes,
        "training": dict(training or {}),
    }
    write_json(directory / CONFIG, config)
    return directory


def describe_architecture(gan: GAN) -> dict[str, Any]:
    """What it takes to build the GAN again. Raises: ModelDirectoryError if its class is not registered."""
    target = f"{type(gan).__module__}:{type(gan).__qualname__}"
    registered = registry.entries(entries.Architecture, deprecated=True)
    fitting = [found for found in registered if found.entry.target == target]
    if not fitting:
        raise ModelDirectoryError(
            f"{target} is not registered, so no file could name it", hint="register it in a plugin's ganzoo_entries"
        )
    found = min(fitting, key=lambda found: found.entry.replaced_by is not None)  # the new name of a renamed one
    provider, entry = found.provider, found.entry
    return {
        "architecture": {"name": found.name, "revision": entry.revision, "config": gan.config},
        "provider": {
            "distribution": provider.distribution,
            "version": provider.version,
            "requires": entry.requires,
        },
    }


def load(
    path: str | Path,
    *,
    device: str | torch.device = "cpu",
    dtype: torch.dtype | None = None,
    training: bool = False,
    mmap: bool = False,
) -> GAN:
    """Load a model directory: data only, strictly matched, nothing executed.

    Args:
        path: of the directory.
        device: where the weights go.
        dtype: of the floating-point weights; None keeps that of the file.
        training: bring the live weights of all players instead of what sampling needs.
        mmap: leave the weights mapped from the file: they change if the file does.

    Returns: the GAN, in evaluation mode.
    Raises: ModelDirectoryError, and the registry's errors for an architecture that is not there.
    """
    directory = Path(path).expanduser()
    config = read_config(directory)
    found = find_architecture(config)
    check_versions(config, found, directory)
    file = directory / (TRAINING if training else MODEL)
    settings = config["architecture"]["config"]
    migration = Migration(found, config["architecture"]["revision"], what=str(directory))
    stored = _header(file)
    settings_now, stored_now = migration.plan(settings, stored)
    gan = _build_on_meta(found, settings_now, config, directory)
    if not training:
        gan.keep_only_sampling()
    _check_fit(gan, file, stored_now)
    tensors = migration.apply(settings, _read(file, stored, config["weights"].get(file.name)))
    if not mmap or torch.device(device).type != "cpu" or migration.function is not None:
        tensors = {name: tensor.to(device, copy=True) for name, tensor in tensors.items()}
    assign_to(gan, tensors, what=str(file))
    gan.data = _data_spec(config["data"], directory)
    gan.source = str(directory)
    return gan.to(dtype=dtype).eval() if dtype is not None else gan.eval()


def _needed(gan: GAN, name: str) -> bool:
    """Whether sampling needs a tensor: it lies in a module named in `sampling`, or in the GAN itself."""
    child, _, rest = name.partition(".")
    return not rest or child in gan.sampling


def _build_on_meta(
    found: registry.Registered[entries.Architecture],
    settings: Mapping[str, Any],
    config: Mapping[str, Any],
    where: Path,
) -> GAN:
    """The GAN that a config describes, without memory for its tensors."""
    kind, versions = load_architecture(found), written_by(config, found.provider)
    try:
        with torch.device("meta"), Undrawn(), bounded_building():
            return kind(**settings)
    except (ConfigError, ModelDirectoryError, TypeError, ValueError, RuntimeError) as error:
        cause, hint = (error.message, error.hint) if isinstance(error, GanzooError) else (error, None)
        raise ModelDirectoryError(
            f"{where / CONFIG}: {found.name} cannot be built from this config: {cause}{versions}",
            hint=how_to_upgrade(found.provider) if is_newer(config, found.provider) else hint,
        ) from error


def _header(file: Path) -> Table:
    if not file.is_file():
        saved = "the model was saved without its other players"
        hint = saved if file.name == TRAINING else "fetch or save the model again"
        raise ModelDirectoryError(f"{file} is missing", hint=hint)
    return read_table(file)


def _check_fit(gan: GAN, file: Path, stored: Table) -> None:
    """Raises: ModelDirectoryError unless the tensors of a file are exactly those of the GAN."""
    expected = table(named_tensors(gan))
    unsaved = {name for name, _ in gan.named_buffers()} - set(expected)
    if unsaved:
        raise ModelDirectoryError(f"{type(gan).__name__} has buffers that no file holds: {', '.join(sorted(unsaved))}")
    problems = mismatches(expected, stored)
    if problems:
        raise ModelDirectoryError(f"{file} does not fit its config: {'; '.join(problems[:8])}")


def _read(file: Path, names: Table, recorded: Mapping[str, Any] | None) -> dict[str, torch.Tensor]:
    """The tensors of a file, mapped, after comparing its hash; all of their numbers are finite."""
    if recorded is None or sha256(file) != recorded["sha256"]:
        raise ModelDirectoryError(f"{file} is not the file that {CONFIG} was written with: its hash differs")
    try:
        with safe_open(file, framework="pt", device="cpu") as stored:
            tensors = {name: stored.get_tensor(name) for name in names}
    except (SafetensorError, OSError) as error:
        raise ModelDirectoryError(f"{file} cannot be read: {error}", hint="fetch or save it again") from error
    bad = [name for name, tensor in tensors.items() if not bool(tensor.isfinite().all())]
    if bad:
        raise ModelDirectoryError(f"{file} holds NaN or infinity in {', '.join(bad[:8])}")
    return tensors


def _data_spec(fields: dict[str, Any] | None, directory: Path) -> DataSpec | None:
    try:
        return None if fields is None else DataSpec.from_json(fields)
    except TypeError as error:
        raise ModelDirectoryError(f"{directory / CONFIG}: data is no description of data: {error}") from error

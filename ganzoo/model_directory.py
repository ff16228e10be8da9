"""The format of a trained model on disk: what is written, and a reader that trusts nothing.

config.json             architecture and config, provider, data, hashes of the weights, training summary
model.safetensors       what sampling needs (the average of the weights, if the run kept one)
training.safetensors    optional: the live weights of all players
scores.json, speed.json, samples.png, losses.png    optional: what was measured and drawn of these weights
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from ganzoo.core import entries, registry
from ganzoo.core.data_spec import DataSpec
from ganzoo.creation import load_architecture
from ganzoo.errors import ConfigError, ModelDirectoryError
from ganzoo.files import write_json, write_whole
from ganzoo.gan import GAN
from ganzoo.model_config import CONFIG, DESCRIPTIONS, MODEL, TRAINING, bounded_building, read_config
from ganzoo.tensor_header import read_table
from ganzoo.version import VERSION
from ganzoo.weights import assign_to, copy_into, mismatches, named_tensors, table, to_store

__all__ = ["CONFIG", "FORMAT", "MODEL", "TRAINING", "describe_architecture", "load", "save", "sha256"]

FORMAT = 1


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
    for found in registry.entries(entries.Architecture, deprecated=True):
        if found.entry.target == target:
            provider = found.provider
            return {
                "architecture": {"name": found.name, "revision": found.entry.revision, "config": gan.config},
                "provider": {
                    "distribution": provider.distribution,
                    "version": provider.version,
                    "requires": f">={provider.version}" if provider.version else "",
                },
            }
    raise ModelDirectoryError(
        f"{target} is not registered, so no file could name it", hint="register it in a plugin's ganzoo_entries"
    )


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
    directory = _directory(Path(path).expanduser())
    config = read_config(directory)
    architecture, name = config["architecture"], config["architecture"]["name"]
    found = registry.find(entries.Architecture, name)
    _check_versions(config, found, directory)
    kind = load_architecture(found)
    try:
        with torch.device("meta"), bounded_building():
            gan = kind(**architecture["config"])
    except (ConfigError, ModelDirectoryError, TypeError, ValueError, RuntimeError) as error:
        raise ModelDirectoryError(f"{directory / CONFIG}: {name} cannot be built from this config: {error}") from error
    file = directory / (TRAINING if training else MODEL)
    if not training:
        gan.keep_only_sampling()
    _fill(gan, file, config["weights"].get(file.name), device, mmap)
    gan.data = _data_spec(config["data"], directory)
    gan.source = str(directory)
    return gan.to(dtype=dtype).eval() if dtype is not None else gan.eval()


def _needed(gan: GAN, name: str) -> bool:
    """Whether sampling needs a tensor: it lies in a module named in `sampling`, or in the GAN itself."""
    child, _, rest = name.partition(".")
    return not rest or child in gan.sampling


def _directory(directory: Path) -> Path:
    if not (directory / CONFIG).is_file():
        nested = directory / "model" / CONFIG
        hint = f"load the run's model: {nested.parent}" if nested.is_file() else None
        raise ModelDirectoryError(f"{directory} holds no model: it has no {CONFIG}", hint=hint)
    return directory


def _check_versions(config: dict[str, Any], found: registry.Registered[entries.Architecture], directory: Path) -> None:
    format, revision = config["ganzoo"]["format"], config["architecture"]["revision"]
    if format > FORMAT:
        raise ModelDirectoryError(
            f"{directory} has format {format}; this ganzoo reads up to {FORMAT}", hint="pip install --upgrade ganzoo"
        )
    requires = config["provider"].get("requires", "")
    try:
        fits = found.provider.version is None or SpecifierSet(requires).contains(
            found.provider.version, prereleases=True
        )
    except InvalidSpecifier:
        raise ModelDirectoryError(
            f"{directory / CONFIG}: provider.requires is {requires!r:.60}, no version range"
        ) from None
    if not fits:
        raise ModelDirectoryError(
            f"{directory} asks for {found.provider.distribution}{requires}; {found.provider.version} is installed",
            hint=f"pip install --upgrade {found.provider.distribution}",
        )
    if revision != found.entry.revision:
        raise ModelDirectoryError(
            f"{directory} holds revision {revision} of {found.name}; {found.provider.distribution} "
            f"{found.provider.version} has revision {found.entry.revision}",
            hint="install the version of the plugin that wrote it",
        )


def _fill(gan: GAN, file: Path, recorded: Mapping[str, Any] | None, device: str | torch.device, mmap: bool) -> None:
    """Give a GAN on the meta device its tensors from a safetensors file, after comparing header and hash."""
    if not file.is_file():
        hint = "the model was saved without its other players" if file.name == TRAINING else None
        raise ModelDirectoryError(f"{file} is missing", hint=hint)
    expected = table(named_tensors(gan))
    unsaved = {name for name, _ in gan.named_buffers()} - set(expected)
    if unsaved:
        raise ModelDirectoryError(f"{type(gan).__name__} has buffers that no file holds: {', '.join(sorted(unsaved))}")
    problems = mismatches(expected, read_table(file))
    if problems:
        raise ModelDirectoryError(f"{file} does not fit its config: {'; '.join(problems[:8])}")
    if recorded is None or sha256(file) != recorded["sha256"]:
        raise ModelDirectoryError(f"{file} is not the file that {CONFIG} was written with: its hash differs")
    try:
        with safe_open(file, framework="pt", device="cpu") as stored:
            tensors = {name: stored.get_tensor(name) for name in expected}
    except (SafetensorError, OSError) as error:
        raise ModelDirectoryError(f"{file} cannot be read: {error}", hint="fetch or save it again") from error
    bad = [name for name, tensor in tensors.items() if not bool(tensor.isfinite().all())]
    if bad:
        raise ModelDirectoryError(f"{file} holds NaN or infinity in {', '.join(bad[:8])}")
    if mmap and torch.device(device).type == "cpu":
        assign_to(gan, tensors)
    else:
        gan.to_empty(device=device)
        copy_into(gan, tensors, what=str(file))


def _data_spec(fields: dict[str, Any] | None, directory: Path) -> DataSpec | None:
    try:
        return None if fields is None else DataSpec.from_json(fields)
    except TypeError as error:
        raise ModelDirectoryError(f"{directory / CONFIG}: data is no description of data: {error}") from error


def sha256(file: Path) -> str:
    """Hash of a file's contents."""
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

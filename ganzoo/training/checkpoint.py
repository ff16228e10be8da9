"""Checkpoints: one safetensors file each, holding tensors and, in its header, everything else as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ganzoo.errors import CheckpointError
from ganzoo.files import write_whole
from ganzoo.weights import to_store

FORMAT = 1
TENSOR = "tensor:"


def save(path: Path, state: Mapping[str, Any]) -> None:
    """Write a nested state of dicts, lists, tensors and JSON-able values. Raises: WriteError."""
    tensors: dict[str, Tensor] = {}
    plain = _split(state, "", tensors)
    stored = to_store(tensors)
    header = {"format": str(FORMAT), "state": json.dumps(plain), "digest": _digest(plain, stored)}
    write_whole(path, lambda temporary: save_file(stored, temporary, metadata=header))


def load(path: Path) -> dict[str, Any]:
    """Read what `save` wrote. Raises: CheckpointError for a missing, truncated, altered or foreign file."""
    hint = "delete the file to go on from the checkpoint before it, if there is one"
    try:
        with safe_open(path, framework="pt", device="cpu") as stored:
            header = stored.metadata() or {}
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118 (not a mapping)
        plain = json.loads(header["state"])
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise CheckpointError(f"the checkpoint {path} cannot be read: {error!r}", hint=hint) from error
    if header.get("format") != str(FORMAT):
        raise CheckpointError(f"the checkpoint {path} has format {header.get('format')!r}, not {FORMAT}", hint=hint)
    if header.get("digest") != _digest(plain, tensors):
        raise CheckpointError(f"the checkpoint {path} is corrupted: its contents do not match their digest", hint=hint)
    return _join(plain, tensors)


def _split(value: Any, path: str, tensors: dict[str, Tensor]) -> Any:
    """Put tensors aside under their path, and leave a reference in their place."""
    if isinstance(value, Tensor):
        tensors[path] = value
        return TENSOR + path
    if isinstance(value, Mapping):
        return {str(key): _split(part, f"{path}/{key}" if path else str(key), tensors) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_split(part, f"{path}/{index}", tensors) for index, part in enumerate(value)]
    return value


def _join(value: Any, tensors: Mapping[str, Tensor]) -> Any:
    if isinstance(value, str) and value.startswith(TENSOR):
        return tensors[value.removeprefix(TENSOR)]
    if isinstance(value, dict):
        return {key: _join(part, tensors) for key, part in value.items()}
    if isinstance(value, list):
        return [_join(part, tensors) for part in value]
    return value


def _digest(plain: Any, tensors: Mapping[str, Tensor]) -> str:
    digest = hashlib.blake2b(json.dumps(plain, sort_keys=True).encode(), digest_size=16)
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(f"{name} {tensor.dtype} {list(tensor.shape)}".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()

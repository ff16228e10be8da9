"""What a file of others holds and names, told without converting it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from torch import Tensor

from ganzoo.errors import UntrustedFile
from ganzoo.importing.conversion import recognising
from ganzoo.importing.modules import as_module, is_module
from ganzoo.importing.records import Record
from ganzoo.importing.showing import label, shown
from ganzoo.importing.source import Source
from ganzoo.importing.tf_network import as_network, is_network

MOST = 64


def inspect(path: str | Path, *, partly: bool = False) -> Iterator[str]:
    """Lines that tell hash, format, contents, the globals that are named, and who would import it.

    Raises: UntrustedFile, which is the verdict over a file that is refused.
    """
    source = Source(path, partly=partly)
    if source.is_folder:
        yield f"a folder of {', '.join(source.names()[:MOST]) or 'nothing'}"
    else:
        contents = source.contents
        yield f"{contents.format}, sha256 {source.sha256}"
        for name, value in _parts(contents.value):
            yield f"  {name}: {_kind(value)}"
        yield f"names {len(contents.names)} globals, none of which was looked up:"
        yield from (f"  {name}" for name in contents.names)
        yield from (f"left out {key}: {why}" for key, why in contents.left_out)
    found, refused = recognising(source)
    if refused is not None:
        yield f"refused by one of them: {refused.message}"
    yield f"importers that recognise it: {', '.join(candidate.short_name for candidate in found) or 'none'}"


def _parts(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(label(key), part) for key, part in list(value.items())[:MOST]]
    if isinstance(value, (list, tuple)):
        return [(f"[{i}]", part) for i, part in enumerate(value[:MOST])]
    return [("value", value)]


def _kind(value: Any) -> str:
    try:
        if is_module(value):
            module = as_module(value)
            numbers = sum(tensor.numel() for tensor in module.state_dict().values())
            return f"network {module.class_name} with {numbers:,} numbers"
        if is_network(value):
            network = as_network(value)
            return (
                f"TensorFlow network {network.name} with {sum(v.numel() for v in network.variables.values()):,} numbers"
            )
    except UntrustedFile as error:
        return f"malformed: {error.message}"
    if isinstance(value, Tensor):
        return f"tensor {tuple(value.shape)} of {str(value.dtype).removeprefix('torch.')}"
    if isinstance(value, Record):
        return f"an object {value.ref}"
    if isinstance(value, (dict, list, tuple, set, frozenset)):
        return f"{type(value).__name__} of {len(value)}"
    return f"{type(value).__name__} {shown(value)}"

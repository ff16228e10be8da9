"""From a file to inert values: pickles and both formats of torch.save."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganzoo.errors import UntrustedFile
from ganzoo.importing import graph
from ganzoo.importing.limits import Budget
from ganzoo.importing.machine import Machine
from ganzoo.importing.showing import label
from ganzoo.importing.tensors import Storage
from ganzoo.importing.torch_legacy import is_legacy, read_legacy
from ganzoo.importing.torch_zip import is_zip, read_zip

DEEPEST = 2  # a file, and the storages in it that are files of their own


@dataclass(frozen=True)
class Contents:
    """What was found in a file.

    Args:
        value: inert, see `records`.
        sha256: of the bytes that were read.
        format: "pickle", "torch" or "torch legacy".
        names: every global that it names, sorted.
        left_out: top-level keys of what was refused, with the reason, where only a part was wanted.
    """

    value: Any
    sha256: str
    format: str
    names: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...] = ()


def read(path: Path, *, partly: bool = False) -> Contents:
    """What is in a file. Raises: UntrustedFile naming the file and the cause."""
    if not path.is_file():
        raise UntrustedFile(f"{path} is no file")
    try:
        data = memoryview(path.read_bytes())
    except OSError as error:
        raise UntrustedFile(f"{path} cannot be read: {error}") from error
    try:
        return read_bytes(data, partly=partly)
    except UntrustedFile as error:
        raise UntrustedFile(f"{path} is refused: {error.message}", hint=error.hint) from error
    except MemoryError as error:
        raise UntrustedFile(f"{path} is refused: it asks for more memory than there is") from error


def read_bytes(data: memoryview, *, partly: bool = False) -> Contents:
    """What is in the bytes of a file. Raises: UntrustedFile naming the cause."""
    names: set[str] = set()
    value, format = _read(data, Budget(len(data)), names, partly=partly, depth=0)
    left_out: list[tuple[str, str]] = []
    if (why := graph.check(value)) is not None:
        if not isinstance(value, dict):
            raise UntrustedFile(why)
        left_out = [(label(key), why) for key, part in value.items() if (why := graph.check(part)) is not None]
        value = {key: part for key, part in value.items() if label(key) not in dict(left_out)}
    return Contents(value, hashlib.sha256(data).hexdigest(), format, tuple(sorted(names)), tuple(left_out))


def nested_reader(budget: Budget, names: set[str], depth: int) -> Callable[[bytes], Storage]:
    """Reads storages that were pickled as files of their own; the same bytes once."""
    known: dict[int, tuple[bytes, Storage]] = {}

    def read_storage(data: bytes) -> Storage:
        if id(data) not in known:
            value, _ = _read(memoryview(data), budget, names, partly=False, depth=depth + 1)
            if not isinstance(value, Storage):
                raise UntrustedFile(f"in the place of a storage there is {type(value).__name__}")
            known[id(data)] = data, value
        return known[id(data)][1]

    return read_storage


def _read(data: memoryview, budget: Budget, names: set[str], *, partly: bool, depth: int) -> tuple[Any, str]:
    if depth >= DEEPEST:
        raise UntrustedFile("files are nested in files in files")
    if is_zip(data):
        return read_zip(data, budget, names, partly=partly, depth=depth), "torch"
    if is_legacy(data):
        return read_legacy(data, budget, names, partly=partly, depth=depth), "torch legacy"
    machine = Machine(data, budget, nested=nested_reader(budget, names, depth), names=names, partly=partly)
    value, end = machine.run()
    if end != len(data):
        raise UntrustedFile(f"{len(data) - end} bytes follow the end of the pickle")
    return value, "pickle"

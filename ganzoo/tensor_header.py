"""The header of a safetensors file, read by ourselves before anything else believes it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from ganzoo.errors import ModelDirectoryError

LARGEST_HEADER = 2**20
DTYPES = {
    "F64": ("float64", 8), "F32": ("float32", 4), "F16": ("float16", 2), "BF16": ("bfloat16", 2), "I64": ("int64", 8),
    "I32": ("int32", 4), "I16": ("int16", 2), "I8": ("int8", 1), "U8": ("uint8", 1), "BOOL": ("bool", 1),
}  # fmt: skip

Table = dict[str, tuple[tuple[int, ...], str]]


def read_table(file: Path) -> Table:
    """Name -> (shape, dtype) of the tensors in a safetensors file, in memory bounded by 1 MiB of header.

    Raises: ModelDirectoryError unless the header is plain JSON without duplicate names, every type is known, and the
        tensors fill the rest of the file without gap or overlap.
    """
    try:
        size = file.stat().st_size
        with open(file, "rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            if size < 8 or not 2 <= length <= min(LARGEST_HEADER, size - 8):
                raise _refused(file, f"its header would have {length} bytes")
            header = json.loads(stream.read(length).decode("utf-8"), object_pairs_hook=without_duplicates)
    except OSError as error:
        raise _refused(file, str(error)) from error
    except (ValueError, RecursionError) as error:
        raise _refused(file, f"its header is not JSON: {error}") from error
    if not isinstance(header, dict):
        raise _refused(file, "its header is no table")
    header.pop("__metadata__", None)
    table: Table = {}
    spans = []
    for name, entry in header.items():
        shape, dtype, (start, end) = _entry(file, name, entry)
        if end - start != math.prod(shape) * DTYPES[dtype][1]:
            raise _refused(file, f"{name!r:.80} has {end - start} bytes for {list(shape)} of {dtype}")
        table[name] = (shape, DTYPES[dtype][0])
        spans.append((start, end))
    position = 0
    for start, end in sorted(spans):
        if start != position:
            raise _refused(file, "its tensors overlap or leave gaps")
        position = end
    if position != size - 8 - length:
        raise _refused(file, f"it has {size - 8 - length} bytes of tensors and tells of {position}")
    return table


def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For json.loads: a table, unless a name stands in it twice (ValueError)."""
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name stands there twice")
    return table


def _entry(file: Path, name: str, entry: Any) -> tuple[tuple[int, ...], str, tuple[int, int]]:
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise _refused(file, f"{name!r:.80} is not described by type, shape and place")
    shape, dtype, place = entry["shape"], entry["dtype"], entry["data_offsets"]
    if dtype not in DTYPES if isinstance(dtype, str) else True:
        raise _refused(file, f"{name!r:.80} is of the unknown type {dtype!r:.20}")
    for numbers in (shape, place):
        if not isinstance(numbers, list) or any(type(n) is not int or not 0 <= n < 2**53 for n in numbers):
            raise _refused(file, f"{name!r:.80} has the shape {shape!r:.80} at {place!r:.80}")
    if len(place) != 2 or len(shape) > 8:
        raise _refused(file, f"{name!r:.80} has the shape {shape!r:.80} at {place!r:.80}")
    return tuple(shape), dtype, (place[0], place[1])


def _refused(file: Path, reason: str) -> ModelDirectoryError:
    return ModelDirectoryError(f"{file} cannot be read: {reason}", hint="fetch or save it again")

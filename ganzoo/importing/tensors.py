"""Tensors out of storages, within their bounds."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ganzoo.errors import UntrustedFile
from ganzoo.importing.limits import Budget
from ganzoo.importing.records import Ref
from ganzoo.importing.showing import shown

STORAGES = {
    "DoubleStorage": torch.float64, "FloatStorage": torch.float32, "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16, "LongStorage": torch.int64, "IntStorage": torch.int32,
    "ShortStorage": torch.int16, "CharStorage": torch.int8, "ByteStorage": torch.uint8, "BoolStorage": torch.bool,
    "ComplexFloatStorage": torch.complex64, "ComplexDoubleStorage": torch.complex128, "UntypedStorage": torch.uint8,
}  # fmt: skip
DTYPES = {
    name: getattr(torch, name)
    for name in (
        "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "complex64",
        "complex128",
    )
}  # fmt: skip
MOST_DIMENSIONS = 16


@dataclass(eq=False, slots=True)
class Storage:
    """A run of numbers that tensors are views of: a one-dimensional tensor of its own memory on the CPU."""

    flat: Tensor
    untyped: bool = False


def storage_dtype(ref: Any) -> tuple[torch.dtype, bool]:
    """Type of the numbers in a storage that a file names (on any device), and whether it is mere bytes."""
    if isinstance(ref, Ref) and ref.module in ("torch", "torch.cuda", "torch.storage") and ref.name in STORAGES:
        return STORAGES[ref.name], ref.name == "UntypedStorage"
    raise UntrustedFile(f"it has a storage of the kind {ref if isinstance(ref, Ref) else type(ref).__name__}")


def from_bytes(data: memoryview | bytes | bytearray, dtype: torch.dtype, *, big_endian: bool = False) -> Tensor:
    """Numbers in memory of their own; the length of the data must be a multiple of theirs."""
    if len(data) % dtype.itemsize:
        raise UntrustedFile(f"{len(data)} bytes are no whole number of {dtype}")
    if not len(data):
        return torch.empty(0, dtype=dtype)
    raw = torch.frombuffer(bytearray(data), dtype=torch.uint8)
    if big_endian != (sys.byteorder == "big"):
        width = dtype.itemsize // 2 if dtype.is_complex else dtype.itemsize
        raw = raw.view(-1, width).flip(1).reshape(-1)
    return raw.ne(0) if dtype == torch.bool else raw.view(dtype)


def rebuild(
    storage: Any, offset: Any, size: Any, stride: Any, budget: Budget, dtype: torch.dtype | None = None
) -> Tensor:
    """A view of a storage. It holds no more numbers than the storage: none is repeated over and over."""
    if not isinstance(storage, Storage):
        raise UntrustedFile(f"a tensor is to be made from {type(storage).__name__}, not from a storage")
    numbers = [offset, *_sizes(size), *_sizes(stride)]
    if any(type(n) is not int or not 0 <= n < 2**62 for n in numbers) or len(size) != len(stride):
        raise UntrustedFile(
            f"a tensor has the size {shown(size)}, the strides {shown(stride)}, the offset {shown(offset)}"
        )
    flat = storage.flat
    if dtype is not None and storage.untyped:
        if len(flat) % dtype.itemsize:
            raise UntrustedFile(f"a storage of {len(flat)} bytes holds no whole number of {dtype}")
        flat = flat.ne(0) if dtype == torch.bool else flat.view(dtype)
    elif dtype is not None and dtype != flat.dtype:
        raise UntrustedFile(f"a tensor of {dtype} in a storage of {flat.dtype}")
    count = math.prod(size)
    last = offset + sum((s - 1) * step for s, step in zip(size, stride, strict=True)) if count else offset - 1
    if count > len(flat) or last >= len(flat):
        raise UntrustedFile(
            f"a tensor of the size {shown(size)} and strides {shown(stride)} at {offset} does not fit in "
            f"its storage of {len(flat)}"
        )
    budget.take_tensor(count * flat.element_size())
    budget.take_objects(512)
    return flat.as_strided(tuple(size), tuple(stride), offset)


def dtype_of(ref: Any) -> torch.dtype:
    """The type that `torch.float32` and the like name."""
    if isinstance(ref, Ref) and ref.module == "torch" and ref.name in DTYPES:
        return DTYPES[ref.name]
    raise UntrustedFile(f"{ref if isinstance(ref, Ref) else type(ref).__name__} is no type of numbers that is read")


def _sizes(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, (tuple, list)) or len(value) > MOST_DIMENSIONS:
        raise UntrustedFile(f"a tensor's size or strides are {shown(value)}")
    return tuple(value)

"""Numpy's arrays, types and scalars as they are pickled."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ganzoo.errors import UntrustedFile
from ganzoo.importing.limits import Budget
from ganzoo.importing.showing import shown
from ganzoo.importing.tensors import MOST_DIMENSIONS, from_bytes

CODE = re.compile(r"([<>=|]?)([a-z])(\d+)")
NUMBERS = {
    "f8": torch.float64, "f4": torch.float32, "f2": torch.float16, "i8": torch.int64, "i4": torch.int32,
    "i2": torch.int16, "i1": torch.int8, "u1": torch.uint8, "b1": torch.bool, "c8": torch.complex64,
    "c16": torch.complex128,
}  # fmt: skip
WIDENED = {"u2": (2, torch.int32), "u4": (4, torch.int64)}  # torch has few unsigned types


@dataclass(eq=False, slots=True)
class DType:
    """`numpy.dtype`, filled by its state: the byte order comes only there."""

    code: str
    big_endian: bool = False


@dataclass(eq=False, slots=True)
class Draft:
    """An array that waits for its state; `places` are where the memo holds it."""

    places: list[int] = field(default_factory=list)


def dtype(code: Any) -> DType:
    """`numpy.dtype(code, ...)`. Raises: UntrustedFile unless it is a number's type."""
    match = CODE.fullmatch(code) if isinstance(code, str) and len(code) < 8 else None
    if match is None or match[2] + match[3] not in (*NUMBERS, *WIDENED):
        raise UntrustedFile(f"it has an array of the type {shown(code)}; only numbers are read")
    return DType(match[2] + match[3], match[1] == ">")


def set_dtype_state(kind: DType, state: Any) -> None:
    """The state (version, byte order, ...) of a dtype; one with fields or a sub-array is refused."""
    if not isinstance(state, tuple) or len(state) < 5 or state[1] not in ("<", ">", "=", "|"):
        raise UntrustedFile("a numpy type has a malformed state")
    if any(part is not None for part in state[2:5]):
        raise UntrustedFile("a numpy type has fields; only plain numbers are read")
    kind.big_endian = state[1] == ">"


def filled(state: Any, budget: Budget) -> Tensor:
    """The array of the state (version, shape, dtype, Fortran order, data)."""
    if not isinstance(state, tuple) or len(state) not in (4, 5):
        raise UntrustedFile("an array has a malformed state")
    shape, kind, fortran, data = state[-4:]
    if isinstance(data, list):
        raise UntrustedFile("an array of objects is not read")
    if type(fortran) not in (bool, int):
        raise UntrustedFile("an array has a malformed state")
    return array(data, kind, shape, bool(fortran), budget)


def array(data: Any, kind: Any, shape: Any, fortran: bool, budget: Budget) -> Tensor:
    """Numbers of a shape; in Fortran order the first index runs fastest."""
    if isinstance(data, str):  # Python 2's bytes
        data = _latin(data)
    if not isinstance(data, (bytes, bytearray)) or not isinstance(kind, DType):
        raise UntrustedFile("an array has no data, or no type")
    shape = (shape,) if type(shape) is int else shape
    if not isinstance(shape, tuple) or len(shape) > MOST_DIMENSIONS or any(
        type(n) is not int or not 0 <= n < 2**62 for n in shape
    ):  # fmt: skip
        raise UntrustedFile(f"an array has the shape {shown(shape)}")
    itemsize = int(kind.code[1:])
    if math.prod(shape) * itemsize != len(data):
        raise UntrustedFile(f"an array of the shape {shown(shape)} and type {kind.code} has {len(data)} bytes")
    budget.take_tensor(2 * len(data) if kind.code in WIDENED else len(data))
    budget.take_objects(512)
    numbers = _numbers(data, kind)
    if fortran and len(shape) > 1:
        return numbers.reshape(shape[::-1]).permute(*reversed(range(len(shape)))).contiguous()
    return numbers.reshape(shape)


def scalar(kind: Any, data: Any) -> int | float | bool | complex:
    """`numpy.core.multiarray.scalar(dtype, bytes)` as a number of Python's."""
    data = _latin(data) if isinstance(data, str) else data
    if not isinstance(kind, DType) or not isinstance(data, bytes) or len(data) != int(kind.code[1:]):
        raise UntrustedFile("a numpy scalar is malformed")
    return _numbers(data, kind)[0].item()


def _numbers(data: bytes | bytearray, kind: DType) -> Tensor:
    if kind.code in WIDENED:
        width, wide = WIDENED[kind.code]
        signed = from_bytes(data, {2: torch.int16, 4: torch.int32}[width], big_endian=kind.big_endian).to(wide)
        return signed & (2 ** (8 * width) - 1)
    return from_bytes(data, NUMBERS[kind.code], big_endian=kind.big_endian)


def _latin(text: str) -> bytes:
    try:
        return text.encode("latin1")
    except UnicodeEncodeError as error:
        raise UntrustedFile("an array's data are no bytes") from error

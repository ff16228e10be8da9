"""Files of torch.save before torch 1.6, which storages inside other pickles still are: pickles, then raw numbers."""

from __future__ import annotations

import torch

from ganzoo.errors import UntrustedFile
from ganzoo.importing.limits import Budget
from ganzoo.importing.machine import Machine
from ganzoo.importing.showing import shown
from ganzoo.importing.tensors import Storage, from_bytes, storage_dtype

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
FRAME = b"\x95"
START = b"\x8a\x0a" + MAGIC.to_bytes(10, "little") + b"."  # the magic number in a pickle of any protocol


def is_legacy(data: memoryview) -> bool:
    """Whether data begin like such a file."""
    begin = bytes(data[: 11 + len(START)])
    return begin[:1] == b"\x80" and (begin[2:].startswith(START) or (begin[2:3] == FRAME and begin[11:] == START))


def read_legacy(data: memoryview, budget: Budget, names: set[str], *, partly: bool = False, depth: int = 0) -> object:
    """The value of such a file. Raises: UntrustedFile."""
    storages: dict[str, Storage] = {}
    sizes: dict[str, int] = {}
    views: dict[tuple[str, str], Storage] = {}

    def persistent(identity: object) -> object:
        if not isinstance(identity, tuple) or not identity or not isinstance(identity[0], str):
            raise UntrustedFile("a persistent id is malformed")
        if identity[0] == "module" and len(identity) == 4:  # a class with its source text, which is left alone
            return identity[1]
        if identity[0] != "storage" or len(identity) not in (5, 6) or not isinstance(identity[2], str):
            raise UntrustedFile(f"a persistent id is {shown(identity[0])}, no storage")
        _, kind, key, _, count, *view = identity
        dtype, untyped = storage_dtype(kind)
        if type(count) is not int or not 0 <= count * dtype.itemsize <= len(data):
            raise UntrustedFile(f"a storage of {shown(count)} numbers in a file of {len(data)} bytes")
        if key not in storages:
            budget.take_tensor(count * dtype.itemsize)
            storages[key], sizes[key] = Storage(torch.empty(count, dtype=dtype), untyped), count
        whole = storages[key]
        if whole.flat.dtype != dtype or sizes[key] != count:
            raise UntrustedFile(f"the storage {shown(key)} is described twice, and differently")
        if not view or view[0] is None:
            return whole
        if not isinstance(view[0], tuple) or len(view[0]) != 3:
            raise UntrustedFile("a view of a storage is malformed")
        name, offset, length = view[0]
        if (
            not isinstance(name, str)
            or any(type(n) is not int or n < 0 for n in (offset, length))
            or offset + length > count
        ):
            raise UntrustedFile(f"a view of {shown(length)} numbers at {shown(offset)} in a storage of {count}")
        return views.setdefault((key, name), Storage(whole.flat[offset : offset + length], untyped))

    def machine(persistent_ids: bool = False) -> Machine:
        from ganzoo.importing.reading import nested_reader

        return Machine(
            data, budget, nested=nested_reader(budget, names, depth), persistent=persistent if persistent_ids else None,
            names=names, partly=partly,
        )  # fmt: skip

    magic, position = machine().run()
    protocol, position = machine().run(position)
    if type(magic) is not int or type(protocol) is not int or (magic, protocol) != (MAGIC, PROTOCOL):
        raise UntrustedFile(f"it is no torch file of protocol {PROTOCOL}")
    system, position = machine().run(position)
    if not isinstance(system, dict) or not isinstance(system.get("little_endian"), bool):
        raise UntrustedFile("a torch file does not tell the order of its bytes")
    value, position = machine(persistent_ids=True).run(position)
    keys, position = machine().run(position)
    if not isinstance(keys, list) or any(type(key) is not str for key in keys) or sorted(keys) != sorted(storages):
        raise UntrustedFile("the list of storages is not that of the storages that tensors use")
    for key in keys:
        flat = storages[key].flat
        end = position + 8 + flat.numel() * flat.element_size()
        if end > len(data):
            raise UntrustedFile(f"it ends before the numbers of the storage {shown(key)}")
        if (count := _count(data, position, system["little_endian"])) != sizes[key]:
            raise UntrustedFile(f"the storage {shown(key)} has {count} numbers and is to have {sizes[key]}")
        flat.copy_(from_bytes(data[position + 8 : end], flat.dtype, big_endian=not system["little_endian"]))
        position = end
    if position != len(data):
        raise UntrustedFile(f"{len(data) - position} bytes follow its end")
    return value


def _count(data: memoryview, position: int, little: bool) -> int:
    return int.from_bytes(data[position : position + 8], "little" if little else "big", signed=True)

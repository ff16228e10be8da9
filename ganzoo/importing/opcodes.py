"""What each opcode of a pickle does to the machine."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from ganzoo.errors import UntrustedFile
from ganzoo.importing.showing import shown

LONGEST_INTEGER = 128  # bytes
LONGEST_LINE = 512
STOP = ord(".")


def _constant(value: Any) -> Callable[[Any], None]:
    return lambda machine: machine.push(value)


def _integer(form: str) -> Callable[[Any], None]:
    return lambda machine: machine.push(machine.number(form))


def _long(form: str) -> Callable[[Any], None]:
    def action(machine: Any) -> None:
        length = machine.number(form)
        if not 0 <= length <= LONGEST_INTEGER:
            raise UntrustedFile(f"an integer has {length} bytes, at most {LONGEST_INTEGER} are read")
        machine.push(int.from_bytes(machine.take(length), "little", signed=True))

    return action


def _length(machine: Any, form: str) -> int:
    """The length of a text or bytes, all of which must be there."""
    length, left = machine.number(form), len(machine.data) - machine.position
    if not 0 <= length <= left:
        raise UntrustedFile(f"a text or bytes of length {length}, where {left} bytes are left")
    return length


def _bytes(form: str, kind: Callable[[bytes], Any]) -> Callable[[Any], None]:
    def action(machine: Any) -> None:
        length = _length(machine, form)
        machine.budget.take_objects(length)
        machine.push(kind(machine.take(length)))

    return action


def _text(form: str) -> Callable[[Any], None]:
    def action(machine: Any) -> None:
        encoded = machine.take(_length(machine, form))
        machine.budget.take_objects(len(encoded) if encoded.isascii() else 4 * len(encoded))
        try:
            machine.push(encoded.decode("utf-8", "surrogatepass"))
        except UnicodeDecodeError as error:
            raise UntrustedFile(f"a text is no UTF-8: {error.reason}") from error

    return action


def _frame(machine: Any) -> None:
    length = machine.number("<Q")
    if length > len(machine.data) - machine.position:
        raise UntrustedFile(f"a frame of {length} bytes is longer than the file")


def _tuple(count: int) -> Callable[[Any], None]:
    def action(machine: Any) -> None:
        if len(machine.stack) < count:
            raise UntrustedFile("it takes a value where there is none")
        values = tuple(machine.stack[-count:])
        del machine.stack[-count:]
        machine.push(values)

    return action


def _container(make: Callable[[], Any], size: int) -> Callable[[Any], None]:
    def action(machine: Any) -> None:
        machine.budget.take_objects(size)
        machine.push(make())

    return action


def _frozen_set(machine: Any) -> None:
    values = machine.since_mark()
    machine.budget.take_objects(256)
    machine.push(set())
    machine.add_items(values)
    machine.push(frozenset(machine.pop()))


def _dict(machine: Any) -> None:
    values = machine.since_mark()
    machine.push({})
    machine.set_items(values)


def _set_item(machine: Any) -> None:
    value, key = machine.pop(), machine.pop()
    machine.set_items([key, value])


def _pop(machine: Any) -> None:
    """An empty stack above a mark loses the mark."""
    if machine.stack or not machine.marks:
        machine.pop()
    else:
        machine.since_mark()


def _global(machine: Any) -> None:
    """The module and the name are the next two lines."""
    module = _line(machine)
    machine.name(module, _line(machine))


def _line(machine: Any) -> str:
    start = machine.position
    text = bytes(machine.data[start : start + LONGEST_LINE])
    end = text.find(b"\n")
    if end < 0:
        raise UntrustedFile("a name has no end")
    machine.position = start + end + 1
    try:
        return text[:end].decode("ascii")
    except UnicodeDecodeError as error:
        raise UntrustedFile(f"it names {shown(text[:end])}, which is not ASCII") from error


def _stack_global(machine: Any) -> None:
    name, module = machine.pop(), machine.pop()
    machine.name(module, name)


def _persistent(machine: Any) -> None:
    if machine.persistent is None:
        raise UntrustedFile("it has a persistent id, which stands for nothing here")
    machine.push(machine.persistent(machine.pop()))


def _latin(data: bytes) -> str:
    return data.decode("latin1")


ACTIONS: dict[int, Callable[[Any], None]] = {
    ord("("): lambda machine: machine.mark(),
    ord("0"): _pop,
    ord("1"): lambda machine: machine.since_mark() and None,
    ord("2"): lambda machine: machine.push(machine.top()),
    ord("N"): _constant(None),
    0x88: _constant(True),
    0x89: _constant(False),
    ord("J"): _integer("<i"),
    ord("K"): _integer("<B"),
    ord("M"): _integer("<H"),
    0x8A: _long("<B"),
    0x8B: _long("<i"),
    ord("G"): lambda machine: machine.push(struct.unpack(">d", machine.take(8))[0]),
    ord("T"): _bytes("<i", _latin),
    ord("U"): _bytes("<B", _latin),
    ord("B"): _bytes("<I", bytes),
    ord("C"): _bytes("<B", bytes),
    0x8E: _bytes("<Q", bytes),
    0x96: _bytes("<Q", bytes),
    ord("X"): _text("<I"),
    0x8C: _text("<B"),
    0x8D: _text("<Q"),
    ord("]"): _container(list, 64),
    ord("a"): lambda machine: machine.extend([machine.pop()]),
    ord("e"): lambda machine: machine.extend(machine.since_mark()),
    ord("l"): lambda machine: machine.push(machine.since_mark()),
    ord(")"): _constant(()),
    ord("t"): lambda machine: machine.push(tuple(machine.since_mark())),
    0x85: _tuple(1),
    0x86: _tuple(2),
    0x87: _tuple(3),
    ord("}"): _container(dict, 64),
    ord("d"): _dict,
    ord("s"): _set_item,
    ord("u"): lambda machine: machine.set_items(machine.since_mark()),
    0x8F: _container(set, 256),
    0x90: lambda machine: machine.add_items(machine.since_mark()),
    0x91: _frozen_set,
    ord("h"): lambda machine: machine.recall(machine.number("<B")),
    ord("j"): lambda machine: machine.recall(machine.number("<I")),
    ord("q"): lambda machine: machine.remember(machine.number("<B")),
    ord("r"): lambda machine: machine.remember(machine.number("<I")),
    0x94: lambda machine: machine.remember(len(machine.memo)),
    0x95: _frame,
    ord("c"): _global,
    0x93: _stack_global,
    ord("R"): lambda machine: machine.reduce(),
    ord("b"): lambda machine: machine.build(),
    0x81: lambda machine: machine.new_object(),
    ord("Q"): _persistent,
}

"""What the reader of pickles returns: names and values, none of which can do anything.

Numbers, texts, bytes, lists, tuples, dicts and sets come as such, tensors and numpy arrays as tensors on the CPU.
Everything else is one of the classes below.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ganzoo.errors import UntrustedFile

DEEPEST = 64


@dataclass(frozen=True, slots=True)
class Ref:
    """A global that a file names: a class or a function that was never looked up."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False, slots=True, repr=False)
class Record:
    """An object that loading the file would have made.

    Args:
        ref: its class, or the function that would have made it.
        arguments: what the class or function would have been called with.
        state: what its attributes would have been set from: a dict as a rule; None if nothing was given.
        mapping: the items, where it is a kind of dict (EasyDict).
        sequence: the items, where it is a kind of list.
    """

    ref: Ref
    arguments: tuple[Any, ...] = ()
    state: Any = None
    mapping: dict[Any, Any] = field(default_factory=dict)
    sequence: list[Any] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Record({self.ref})"  # the contents may be cyclic


@dataclass(eq=False, slots=True)
class Refused:
    """What stands in the place of a call that the reader does not know, where only a part of a file is wanted."""

    why: str


def plain(value: Any) -> Any:
    """Kinds of dict and namespaces (EasyDict, argparse.Namespace) as dicts, all the way down; other records stay.

    Raises: UntrustedFile for what nests deeper than 64, or holds something refused.
    """
    return _plain(value, 0, {})


def _plain(value: Any, depth: int, done: dict[int, Any]) -> Any:
    if depth > DEEPEST:
        raise UntrustedFile(f"settings nest deeper than {DEEPEST}")
    if isinstance(value, Refused):
        raise UntrustedFile(value.why)
    if not isinstance(value, (dict, list, tuple, Record)):
        return value
    if id(value) not in done:
        done[id(value)] = _plain_container(value, depth + 1, done)
    return done[id(value)]


def _plain_container(value: Any, depth: int, done: dict[int, Any]) -> Any:
    if isinstance(value, Record):
        if value.mapping:
            return _plain(value.mapping, depth, done)
        if _is_namespace(value):
            return _plain(value.state, depth, done) if value.state is not None else {}
        return value
    if isinstance(value, dict):
        return {key: _plain(inner, depth, done) for key, inner in value.items()}
    kind = type(value)
    return kind(_plain(inner, depth, done) for inner in value)


def _is_namespace(record: Record) -> bool:
    return record.ref.name in ("Namespace", "EasyDict", "SimpleNamespace") and isinstance(
        record.state, (dict, type(None))
    )

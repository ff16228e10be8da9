"""A look over everything that was read: no circle, no great depth, nothing unfinished."""

from __future__ import annotations

from typing import Any

from ganzoo.errors import UntrustedFile
from ganzoo.importing.arrays import Draft
from ganzoo.importing.records import Record, Refused

DEEPEST = 256


def check(value: Any) -> str | None:
    """Why a part of a value was refused, if one was. Raises: UntrustedFile for circles and depths.

    What stands in several places is visited once, so that the cost is that of the file's size.
    """
    done: dict[int, bool] = {}  # False while what is below it is being visited
    refused = None
    root = (value,)
    path: list[tuple[Any, Any]] = [(root, iter(root))]
    while path:
        holder, rest = path[-1]
        done.setdefault(id(holder), False)
        for inner in rest:
            if isinstance(inner, Draft):
                raise UntrustedFile("an array has no state")
            if isinstance(inner, Refused):
                refused = refused or inner.why
            if not isinstance(inner, (list, tuple, dict, set, frozenset, Record)):
                continue
            if id(inner) not in done:
                if len(path) >= DEEPEST:
                    raise UntrustedFile(f"it nests deeper than {DEEPEST}")
                path.append((inner, iter(_inside(inner))))
                break
            if not done[id(inner)]:
                raise UntrustedFile("something in it contains itself")
        else:
            done[id(holder)] = True
            path.pop()
    return refused


def _inside(value: Any) -> list[Any]:
    if isinstance(value, Record):
        return [value.arguments, value.state, value.mapping, value.sequence]
    if isinstance(value, dict):
        return [*value, *value.values()]
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else []

"""Untrusted values in messages: the `repr` of a container may be endless, so only what is short is shown."""

from __future__ import annotations

from typing import Any

LONGEST = 60


def shown(value: Any) -> str:
    """Numbers, beginnings of texts and short tuples of numbers as they are; of anything else, its type."""
    if isinstance(value, (str, bytes)):
        return repr(value[:LONGEST])
    if type(value) is int:
        return str(value) if value.bit_length() < 256 else "a huge integer"
    if isinstance(value, (float, bool, type(None))):
        return repr(value)
    if isinstance(value, (tuple, list)) and len(value) <= 16 and all(isinstance(part, (int, bool)) for part in value):
        comma = "," if len(value) == 1 else ""
        return f"({', '.join(map(shown, value))}{comma})"
    return type(value).__name__


def label(key: Any) -> str:
    """A key of a table, in a list of keys."""
    return key[:LONGEST] if isinstance(key, str) else shown(key)

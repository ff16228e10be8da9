"""Keys of dicts and members of sets: what can be hashed and compared at a bounded cost."""

from __future__ import annotations

from typing import Any

from ganzoo.errors import UntrustedFile
from ganzoo.importing.limits import Budget
from ganzoo.importing.records import Record, Ref

SCALARS = (str, bytes, int, float, bool, type(None), Ref, Record)
LONGEST = 64
LONGEST_TEXT = 4096  # so that comparing two takes no time


def checked_key(key: Any, budget: Budget) -> Any:
    """The key itself. Raises: UntrustedFile for one that is no scalar, record or short tuple of scalars."""
    if type(key) is str:
        if len(key) > LONGEST_TEXT:
            raise UntrustedFile(f"a key has {len(key)} letters")
        return key
    budget.odd_key()
    parts = key if isinstance(key, tuple) else (key,)
    if len(parts) > LONGEST or not all(isinstance(part, SCALARS) for part in parts):
        raise UntrustedFile(f"a key is of type {type(key).__name__}")
    if any(isinstance(part, (str, bytes)) and len(part) > LONGEST_TEXT for part in parts):
        raise UntrustedFile("a key is a long text")
    return key

"""Keys of dicts and members of sets: what can be hashed and compared at a bounded cost."""

from __future__ import annotations

from typing import Any

from ganzoo.errors import UntrustedFile
from ganzoo.importing.limits import Budget
from ganzoo.importing.records import Record, Ref

SCALARS = (str, bytes, int, float, bool, type(None), Ref, Record)
LONGEST = 64


def checked_key(key: Any, budget: Budget) -> Any:
    """The key itself. Raises: UntrustedFile for one that is no scalar, record or short tuple of scalars."""
    if type(key) is str:
        return key
    budget.odd_key()
    if isinstance(key, tuple) and len(key) <= LONGEST and all(isinstance(part, SCALARS) for part in key):
        return key
    if isinstance(key, SCALARS):
        return key
    raise UntrustedFile(f"a key is of type {type(key).__name__}")

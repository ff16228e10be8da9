"""The recipes (architectures with settings) of the built-in zoo."""

from __future__ import annotations

from ganzoo.core import entries

ENTRIES: list[entries.Recipe] = []

"""What became of each plugin that was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ganzoo.core.entries import Entry

State = Literal["ok", "broken", "blocked", "conflict"]


@dataclass(frozen=True)
class Provider:
    """Where entries come from.

    Args:
        namespace: what their qualified names begin with.
        distribution, version: of the installed package; a plugin added by hand has none ("").
        module: the light module (or object) that registers them.
    """

    namespace: str
    distribution: str
    version: str
    module: str

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}".strip() or self.module


@dataclass(frozen=True, kw_only=True)
class PluginStatus:
    """How loading a plugin went.

    Args:
        state: "ok"; "broken" (its entries are not available); "blocked" (switched off by GANZOO_PLUGINS);
            "conflict" (its namespace is claimed by others, too).
        error: the cause, in one line.
        exception: what was raised, if anything was.
        traceback: of the exception.
        load_ms: milliseconds that importing and registering took.
        heavy_imports: packages that loading the plugin pulled in and that should wait until they are needed.
        problems: items that the plugin returned and that were dropped.
        entries: what it registered.
    """

    provider: Provider
    state: State
    error: str = ""
    exception: BaseException | None = None
    traceback: str = ""
    load_ms: float = 0.0
    heavy_imports: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def n_entries(self) -> int:
        return len(self.entries)

"""Everything that discovery found, indexed by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pluggy

from ganzoo.core.discovery import BUILTIN
from ganzoo.core.entries import Entry
from ganzoo.core.plugin_status import PluginStatus
from ganzoo.core.registered import Registered
from ganzoo.errors import PluginBroken

Index = dict[tuple[str, str], dict[str, Registered[Any]]]


class Zoo:
    """One state of the registry; it is replaced as a whole and never changed.

    Attributes:
        manager: the plugins whose state is "ok", for event hooks.
        statuses: of all plugins, the built-in one first.
        all: the entries of all plugins.
    """

    def __init__(self, manager: pluggy.PluginManager, statuses: Iterable[PluginStatus]) -> None:
        self.manager = manager
        self.statuses = tuple(statuses)
        self._index: Index = {}
        for status in self.statuses:
            for entry in status.entries:
                self._add(Registered(entry, status.provider))
        self.all = tuple(
            Registered(entry, status.provider, self._owns_short_name(entry, status.provider.namespace))
            for status in self.statuses
            for entry in status.entries
        )
        self._index = {}
        for registered in self.all:
            self._add(registered)

    def by_name(self, kinds: tuple[type[Entry], ...], name: str) -> dict[str, Registered[Any]]:
        """The entries of these kinds that answer to a short name, by namespace; earlier kinds go first."""
        found: dict[str, Registered[Any]] = {}
        for kind in reversed(kinds):
            found.update(self._index.get((kind.kind, name), {}))
        return found

    def names(self, kinds: tuple[type[Entry], ...], namespace: str | None = None) -> list[str]:
        """The short names and aliases of these kinds, in one namespace or in all."""
        wanted = {kind.kind for kind in kinds}
        return [
            name
            for (kind, name), owners in self._index.items()
            if kind in wanted and (namespace is None or namespace in owners)
        ]

    def _add(self, registered: Registered[Any]) -> None:
        entry, namespace = registered.entry, registered.provider.namespace
        for name in dict.fromkeys((entry.name, *entry.aliases)):
            owners = self._index.setdefault((entry.kind, name), {})
            if namespace in owners:
                raise PluginBroken(
                    f"{namespace}.{name} ({entry.kind}) is registered twice: by {owners[namespace].provider.module} "
                    f"and by {registered.provider.module}",
                    hint="rename one, or add one of them under another namespace",
                )
            owners[namespace] = registered

    def _owns_short_name(self, entry: Entry, namespace: str) -> bool:
        owners = self._index[entry.kind, entry.name]
        return namespace == BUILTIN.namespace or (BUILTIN.namespace not in owners and len(owners) == 1)

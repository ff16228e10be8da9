"""The registry: every entry of every plugin, found at the first look-up, once per process."""

from __future__ import annotations

import functools
import re
import threading
import warnings
from collections.abc import Mapping
from typing import Any, TypeVar, overload

import pluggy

from ganzoo.core import discovery
from ganzoo.core.entries import KINDS, Entry
from ganzoo.core.lookup import look_up
from ganzoo.core.plugin_status import PluginStatus, Provider
from ganzoo.core.registered import Registered
from ganzoo.core.zoo import Zoo
from ganzoo.errors import PluginBroken, PluginConflict, RegistryError

__all__ = [
    "PluginStatus", "Provider", "Registered", "add_plugin", "entries", "find", "find_saved", "manager", "plugins",
    "refresh",
]  # fmt: skip

E = TypeVar("E", bound=Entry)
E2 = TypeVar("E2", bound=Entry)

_lock = threading.RLock()
_zoo: Zoo | None = None
_building = False
_added: dict[Provider, Any] = {}
_warned: set[str] = set()


@overload
def find(kind: type[E], name: str) -> Registered[E]: ...
@overload
def find(kind: tuple[type[E], type[E2]], name: str) -> Registered[E] | Registered[E2]: ...
@overload
def find(kind: tuple[type[Entry], ...], name: str) -> Registered[Any]: ...
def find(kind: Any, name: str) -> Registered[Any]:
    """The entry of a kind (or of the first of several) that a short or qualified name or an alias leads to.

    A deprecated entry warns once (FutureWarning); one that is replaced leads to its replacement.
    Raises: UnknownName, AmbiguousName, PluginMissing, PluginBroken, PluginConflict.
    """
    return _follow(kind if isinstance(kind, tuple) else (kind,), name, whatever=True)


def find_saved(kind: type[E], name: str) -> Registered[E]:
    """The entry for something that was saved under a name, perhaps long ago.

    As `find`, but an entry that was replaced by one with another target leads to itself: what it wrote is not what
    its replacement reads. One with the same target was only renamed, and leads to its new name.
    """
    return _follow((kind,), name, whatever=False)


def _follow(kinds: tuple[type[Entry], ...], name: str, *, whatever: bool) -> Registered[Any]:
    """The entry that a name leads to, through its replacements; those with another target only if `whatever`."""
    zoo = _current()
    found = look_up(zoo, kinds, name)
    seen = {found.name}
    while successor := found.entry.replaced_by:
        own = zoo.by_name(kinds, successor).get(found.provider.namespace)
        following = own or look_up(zoo, kinds, successor)
        used = whatever or following.entry.target == found.entry.target
        _warn_once(found, f"; {successor} is used instead" if used else f"; for new models there is {successor}")
        if not used:
            return found
        if following.name in seen:
            raise PluginBroken(f"{name!r} is replaced by itself in a circle: {', '.join(sorted(seen))}")
        seen.add(following.name)
        found = following
    if found.entry.deprecated:
        _warn_once(found, "")
    return found


def entries(
    kind: type[Entry] | tuple[type[Entry], ...] | None = None, pattern: str | None = None, *, deprecated: bool = False
) -> list[Registered[Any]]:
    """What there is, sorted by kind and name, the built-in zoo first.

    Args:
        kind: one kind, several, or None for all.
        pattern: shell-style ("wgan*"), matched with short and qualified names and tags.
        deprecated: whether to show entries that should no longer be used, too.
    """
    kinds = tuple(KINDS.values()) if kind is None else kind if isinstance(kind, tuple) else (kind,)
    chosen = [
        registered
        for registered in _current().all
        if isinstance(registered.entry, kinds)
        and (deprecated or not (registered.entry.deprecated or registered.entry.replaced_by))
        and (pattern is None or _matches(registered, pattern))
    ]
    return sorted(chosen, key=_order)


def plugins() -> list[PluginStatus]:
    """How each plugin fared, the built-in one first."""
    return list(_current().statuses)


def manager() -> pluggy.PluginManager:
    """The plugins that loaded, for calling event hooks."""
    return _current().manager


def refresh() -> None:
    """Look for plugins again, such as after an installation. Modules that are imported already stay as they are."""
    import importlib
    from importlib.metadata import MetadataPathFinder

    global _zoo
    with _lock:
        importlib.invalidate_caches()
        MetadataPathFinder().invalidate_caches()  # Python 3.11 leaves this one out, and declares it on instances
        _zoo = _build(_added)


def add_plugin(plugin: Any, namespace: str = "local") -> None:
    """Add a module or object with hook implementations to this process, without installing it.

    One of the same namespace and module (or class) name replaces the one added before.
    Raises: PluginConflict for a namespace that an installed plugin has, PluginBroken naming the cause.
    """
    global _zoo
    label = getattr(plugin, "__name__", None) or type(plugin).__qualname__
    provider = Provider(namespace, "", "", label)
    with _lock:
        owners = [status.provider for status in _current().statuses if status.provider.namespace == namespace]
        if namespace in ("ganzoo", "bundled") or any(owner.distribution for owner in owners):
            raise PluginConflict(
                f"namespace {namespace!r} belongs to {owners[0] if owners else 'ganzoo'}",
                hint="add the plugin under another namespace",
            )
        added = {**_added, provider: plugin}
        zoo = _build(added)
        status = next(status for status in zoo.statuses if status.provider == provider)
        if status.state != "ok":
            raise PluginBroken(
                f"the plugin {label} cannot be added: {status.error}", hint="see the cause, chained to this error"
            ) from status.exception
        _added.update(added)
        _zoo = zoo


def _current() -> Zoo:
    """The state of the registry, discovered at the first call."""
    global _zoo
    if (zoo := _zoo) is not None:
        return zoo
    with _lock:
        if _zoo is None:
            _zoo = _build(_added)
        return _zoo


def _build(added: Mapping[Provider, Any]) -> Zoo:
    global _building
    if _building:
        raise RegistryError("a plugin asked the registry for something while plugins were being loaded")
    _building = True
    try:
        plugin_manager = discovery.new_manager()
        statuses = discovery.discover(plugin_manager)
        for provider, plugin in added.items():
            statuses.append(discovery.load(plugin_manager, provider, functools.partial(_same, plugin)))
        return Zoo(plugin_manager, statuses)
    finally:
        _building = False


def _same(plugin: Any) -> Any:
    return plugin


def _warn_once(found: Registered[Any], advice: str) -> None:
    if found.name in _warned:
        return
    _warned.add(found.name)
    entry = found.entry
    reason = f"{entry.kind} {found.name} is deprecated" + (f": {entry.deprecated}" if entry.deprecated else "")
    warnings.warn(reason + advice, FutureWarning, stacklevel=4)


def _matches(registered: Registered[Any], pattern: str) -> bool:
    from fnmatch import fnmatchcase

    pattern = pattern.lower().replace("_", "-")
    return any(fnmatchcase(text, pattern) for text in (registered.entry.name, registered.name, *registered.entry.tags))


def _order(registered: Registered[Any]) -> tuple[Any, ...]:
    """By kind, then the built-in zoo first, then by name with numbers in their order: x-4 before x-16."""
    words = [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", registered.entry.name)]
    kinds = list(KINDS)
    namespace = registered.provider.namespace
    return kinds.index(registered.entry.kind), namespace != "ganzoo", namespace, words

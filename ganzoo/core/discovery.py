"""Finds and loads plugins one by one, so that a bad one costs only itself.

pluggy's own loader is not used: it lets one bad plugin abort the loop, and drops a doubled name without a word.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import pluggy

from ganzoo.core import hookspecs
from ganzoo.core.entries import KINDS, NAME, Entry
from ganzoo.core.names import did_you_mean
from ganzoo.core.plugin_status import PluginStatus, Provider
from ganzoo.version import VERSION

GROUP = "ganzoo"
BUILTIN = Provider("ganzoo", "ganzoo", VERSION, "ganzoo.catalog.plugin")
RESERVED = ("ganzoo", "local", "bundled")
HEAVY = frozenset({
    "PIL", "accelerate", "cv2", "datasets", "diffusers", "huggingface_hub", "jax", "matplotlib", "numpy", "pandas",
    "safetensors", "scipy", "sklearn", "tensorflow", "timm", "torch", "torchvision", "transformers",
})  # fmt: skip


class BadPlugin(Exception):
    """What a plugin does is not what the hooks ask for; the message is the cause that users see."""


def new_manager() -> pluggy.PluginManager:
    """A plugin manager that knows ganzoo's hooks and no plugin."""
    manager = pluggy.PluginManager("ganzoo")
    manager.add_hookspecs(hookspecs)
    return manager


def discover(manager: pluggy.PluginManager) -> list[PluginStatus]:
    """Load the built-in zoo and every installed plugin that GANZOO_PLUGINS allows, sorted by namespace.

    GANZOO_PLUGINS: unset means all, "" none, "a,b" only those distributions. With GANZOO_STRICT=1 the first
    error of a plugin is raised instead of recorded.
    """
    from importlib import import_module

    return [load(manager, BUILTIN, lambda: import_module(BUILTIN.module), strict=True), *_installed(manager)]


def _installed(manager: pluggy.PluginManager) -> list[PluginStatus]:
    from importlib.metadata import entry_points

    found = sorted(entry_points(group=GROUP), key=lambda point: (point.name, _distribution(point)))
    providers = [(Provider(p.name, _distribution(p), _version(p), p.value), p) for p in found]
    chosen = _chosen()
    allowed = [provider for provider, _ in providers if chosen is None or _normal(provider.distribution) in chosen]
    statuses = []
    for provider, point in providers:
        rivals = [other for other in allowed if other.namespace == provider.namespace]
        if provider not in allowed:
            status = PluginStatus(provider=provider, state="blocked", error="switched off by GANZOO_PLUGINS")
        elif len(rivals) > 1 or provider.namespace in RESERVED:
            status = PluginStatus(provider=provider, state="conflict", error=_conflict(provider.namespace, rivals))
        else:
            status = load(manager, provider, point.load, strict=os.environ.get("GANZOO_STRICT") == "1")
        statuses.append(status)
    return statuses


def load(
    manager: pluggy.PluginManager, provider: Provider, importer: Callable[[], Any], *, strict: bool = False
) -> PluginStatus:
    """Import one plugin, register it, and collect its entries; a failure is recorded, or raised if `strict`."""
    before = HEAVY.intersection(sys.modules)
    start = time.perf_counter()
    error: BaseException | None = None
    problems: list[str] = []
    entries: list[Entry] = []
    try:
        if not NAME.fullmatch(provider.namespace):
            raise BadPlugin(f"{provider.namespace!r} is no namespace: use lower-case words joined by '-'")
        entries = _register(manager, provider, importer(), problems)
    except (Exception, SystemExit) as caught:
        if strict:
            raise
        error = caught
    return PluginStatus(
        provider=provider,
        state="broken" if error else "ok",
        error=_cause(error) if error else "",
        exception=error,
        traceback=_traceback(error) if error else "",
        load_ms=(time.perf_counter() - start) * 1000,
        heavy_imports=tuple(sorted(HEAVY.intersection(sys.modules) - before)),
        problems=tuple(problems),
        entries=tuple(entries),
    )


def _register(manager: pluggy.PluginManager, provider: Provider, plugin: Any, problems: list[str]) -> list[Entry]:
    """Register with pluggy and collect. Whatever fails, nothing of the plugin stays registered."""
    name = f"{provider.distribution}:{provider.namespace}:{provider.module}"
    try:
        if manager.register(plugin, name=name) is None:
            raise BadPlugin("pluggy refuses to register it")
        _check_hooks(manager, plugin)
        entries = _collect(manager, plugin, problems)
        _check_names(entries)
        return entries
    except BaseException:
        if manager.has_plugin(name):
            manager.unregister(name=name)
        raise


def _check_hooks(manager: pluggy.PluginManager, plugin: Any) -> None:
    """Refuse implementations of hooks that do not exist; pluggy itself would ignore them."""
    callers = manager.get_hookcallers(plugin) or []
    known = [name for name in vars(hookspecs) if hasattr(getattr(hookspecs, name), "ganzoo_spec")]
    if not callers:
        raise BadPlugin("it implements no hook; is '@hookimpl' missing above its functions?")
    for caller in callers:
        implementations = [impl for impl in caller.get_hookimpls() if impl.plugin is plugin]
        if not caller.has_spec() and not all(impl.optionalhook for impl in implementations):
            raise BadPlugin(f"there is no hook {caller.name!r}" + did_you_mean(caller.name, known))


def _collect(manager: pluggy.PluginManager, plugin: Any, problems: list[str]) -> list[Entry]:
    """The entries of one plugin; items that are none are dropped and noted in `problems`."""
    entries = []
    for impl in manager.hook.ganzoo_entries.get_hookimpls():
        if impl.plugin is not plugin or impl.hookwrapper or impl.wrapper:
            continue
        returned = impl.function()
        if isinstance(returned, str | bytes | dict) or not isinstance(returned, Iterable):
            raise BadPlugin(f"ganzoo_entries returned {_short(returned)}, not a list of entries")
        for item in returned:
            if isinstance(item, Entry) and isinstance(item, KINDS.get(item.kind, ())):
                entries.append(item)
            else:
                problems.append(f"ganzoo_entries returned {_short(item)}, which is no entry; it was dropped")
    return entries


def _check_names(entries: Iterable[Entry]) -> None:
    """Refuse two entries of one kind that answer to the same name."""
    owners: dict[tuple[str, str], str] = {}
    for entry in entries:
        for name in dict.fromkeys((entry.name, *entry.aliases)):
            if (entry.kind, name) in owners:
                raise BadPlugin(f"two entries of kind {entry.kind} answer to {name!r}")
            owners[entry.kind, name] = entry.name


def _chosen() -> set[str] | None:
    """The distributions that GANZOO_PLUGINS names; None means all."""
    names = os.environ.get("GANZOO_PLUGINS")
    return None if names is None else {_normal(name) for name in names.split(",") if name.strip()}


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution.strip()).lower()


def _distribution(point: Any) -> str:
    return (point.dist and point.dist.name) or "an unnamed distribution"


def _version(point: Any) -> str:
    return (point.dist and point.dist.version) or ""


def _conflict(namespace: str, rivals: list[Provider]) -> str:
    claimants = " and ".join(map(str, rivals))
    if namespace in RESERVED:
        return f"namespace {namespace!r} is reserved, but claimed by {claimants}; not loaded"
    return f"namespace {namespace!r} is claimed by {claimants}; none of them was loaded"


def _cause(error: BaseException) -> str:
    return str(error) if isinstance(error, BadPlugin) else f"{type(error).__name__}: {error}".splitlines()[0]


def _traceback(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception(error))


def _short(value: Any) -> str:
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} (a {type(value).__name__})"

"""Finds and loads plugins one by one, so that a bad one costs only itself.

pluggy's own loader is not used: it lets one bad plugin abort the loop, and drops a doubled name without a word.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
import time
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint
from typing import Any

import pluggy

from ganzoo.core import hookspecs
from ganzoo.core.entries import KINDS, NAME, Entry
from ganzoo.core.heavy_imports import heavy_imports
from ganzoo.core.installed import GROUP, Installed, installed_plugins, normal
from ganzoo.core.names import did_you_mean
from ganzoo.core.plugin_status import PluginStatus, Provider
from ganzoo.version import VERSION

BUILTIN = Provider("ganzoo", "ganzoo", VERSION, "ganzoo.catalog.plugin")
SWITCHED_OFF = "switched off by GANZOO_PLUGINS"
IMPORTERS = ("<frozen importlib", os.path.dirname(importlib.__file__))
RESERVED = ("ganzoo", "local", "bundled")


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
    strict = os.environ.get("GANZOO_STRICT") == "1"
    chosen = _chosen()
    providers, statuses = [], []
    for one in installed_plugins():
        providers += [Provider(namespace, one.name, one.version, module) for namespace, module in one.points]
        statuses += [_malformed(one, problem, chosen, strict=strict) for problem in one.problems]
    allowed = [provider for provider in providers if _allows(chosen, provider)]
    for provider in providers:
        rivals = [other for other in allowed if other.namespace == provider.namespace]
        if provider not in allowed:
            status = PluginStatus(provider=provider, state="blocked", error=SWITCHED_OFF)
        elif len(rivals) > 1 or provider.namespace in RESERVED:
            status = PluginStatus(provider=provider, state="conflict", error=_conflict(provider.namespace, rivals))
        else:
            status = load(manager, provider, functools.partial(_import, provider), strict=strict)
        statuses.append(status)
    return sorted(statuses, key=lambda status: (status.provider.namespace, status.provider.distribution))


def _malformed(one: Installed, problem: str, chosen: set[str] | None, *, strict: bool) -> PluginStatus:
    """The status of a line that names no plugin; the distribution stands for the namespace."""
    provider = Provider(normal(one.name), one.name, one.version, "")
    if not _allows(chosen, provider):
        return PluginStatus(provider=provider, state="blocked", error=SWITCHED_OFF)
    error = BadPlugin(problem)
    if strict:
        raise error
    return PluginStatus(provider=provider, state="broken", error=problem, exception=error)


def _import(provider: Provider) -> Any:
    if not EntryPoint.pattern.match(provider.module):
        raise BadPlugin(f"its entry point names {provider.module!r}, which is no module")
    return EntryPoint(provider.namespace, provider.module, GROUP).load()


def load(
    manager: pluggy.PluginManager, provider: Provider, importer: Callable[[], Any], *, strict: bool = False
) -> PluginStatus:
    """Import one plugin, register it, and collect its entries; a failure is recorded, or raised if `strict`."""
    before = set(sys.modules)
    start = time.perf_counter()
    error: BaseException | None = None
    problems: list[str] = []
    entries: list[Entry] = []
    try:
        if not NAME.fullmatch(provider.namespace):
            raise BadPlugin(f"{provider.namespace!r} is no namespace: use lower-case words joined by '-'")
        entries = _register(manager, provider, importer(), problems)
    except BaseException as caught:
        if isinstance(caught, KeyboardInterrupt) and provider != BUILTIN:
            raise KeyboardInterrupt(f"interrupted while loading the plugin {provider}: {_without(provider)}") from None
        if strict or isinstance(caught, KeyboardInterrupt):
            raise
        error = caught
    return PluginStatus(
        provider=provider,
        state="broken" if error else "ok",
        error=_cause(error) if error else "",
        exception=error,
        traceback=_traceback(error) if error else "",
        load_ms=(time.perf_counter() - start) * 1000,
        heavy_imports=heavy_imports(provider.module, before),
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
    if not callers:
        raise BadPlugin("it implements no hook; is '@hookimpl' missing above its functions?")
    for caller in callers:
        implementations = [impl for impl in caller.get_hookimpls() if impl.plugin is plugin]
        if not caller.has_spec() and not all(impl.optionalhook for impl in implementations):
            known = [name for name, hook in vars(hookspecs).items() if hasattr(hook, "ganzoo_spec")]
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
    return None if names is None else {normal(name) for name in names.split(",") if name.strip()}


def _allows(chosen: set[str] | None, provider: Provider) -> bool:
    return chosen is None or normal(provider.distribution) in chosen


def _without(provider: Provider) -> str:
    if not provider.distribution:
        return "leave out its --plugin"
    return f"leave plugins out with --no-plugins, or remove it: ganzoo plugin uninstall {provider.distribution}"


def _conflict(namespace: str, rivals: list[Provider]) -> str:
    claimants = " and ".join(map(str, rivals))
    if namespace in RESERVED:
        return f"namespace {namespace!r} is reserved, but claimed by {claimants}; not loaded"
    return f"namespace {namespace!r} is claimed by {claimants}; none of them was loaded"


def _cause(error: BaseException) -> str:
    try:
        return str(error) if isinstance(error, BadPlugin) else f"{type(error).__name__}: {error}".splitlines()[0]
    except Exception:
        # Plugins bring exceptions of their own, and these can fail when they are asked what they are.
        return f"{type(error).__name__}, whose text cannot be had"


def _traceback(error: BaseException) -> str:
    """The traceback, without the frames in which the plugin was being looked for."""
    import traceback

    own = error.__traceback__
    while own is not None and own.tb_frame.f_code.co_filename.startswith((__file__, *IMPORTERS)):
        own = own.tb_next
    return "".join(traceback.format_exception(type(error), error, own or error.__traceback__))


def _short(value: Any) -> str:
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} (a {type(value).__name__})"

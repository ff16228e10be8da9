"""What there is to know about a plugin, and what to do about what is wrong with it."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

from ganzoo.core.installed import working_folder
from ganzoo.core.plugin_status import PluginStatus
from ganzoo.version import VERSION


def facts_of(status: PluginStatus) -> dict[str, Any]:
    """Everything about a plugin, as JSON-able values; but for the traceback, which is for people."""
    provider = status.provider
    return {
        "namespace": provider.namespace,
        "distribution": provider.distribution,
        "version": provider.version,
        "module": provider.module,
        "location": location(status),
        "state": status.state,
        "error": status.error,
        "problems": list(status.problems),
        "heavy_imports": list(status.heavy_imports),
        "load_ms": round(status.load_ms, 2),
        "entries": [
            {"kind": entry.kind, "name": f"{provider.namespace}.{entry.name}", "summary": entry.summary}
            for entry in status.entries
        ],
        "advice": advice(status),
    }


def is_slow(status: PluginStatus) -> bool:
    """Whether the plugin makes every command wait. A one-file plugin has its networks in the file, and may."""
    return bool(status.heavy_imports and status.provider.distribution)


def wrong_with(status: PluginStatus) -> list[str]:
    """What is wrong with a plugin, a line each."""
    lines = [line for line in (status.error, *status.problems) if line]
    if is_slow(status):
        lines.append(f"it imports {', '.join(status.heavy_imports)} whenever plugins are listed")
    return lines


def location(status: PluginStatus) -> str:
    """The file of the module that registers the plugin; where it was not imported, the folder it is installed in."""
    module = sys.modules.get(status.provider.module.partition(":")[0])
    file = getattr(module, "__file__", None)
    if isinstance(file, str):
        return file
    try:
        found = distribution(status.provider.distribution)
    except (PackageNotFoundError, ValueError):
        return ""
    return working_folder(found) or str(found.locate_file(""))


def advice(status: PluginStatus) -> list[str]:
    """What a user can do about a plugin, in sentences; none if all is well."""
    provider = status.provider
    name = provider.distribution or provider.module
    if status.state == "blocked":
        return ["to use it, leave out --no-plugins, and unset GANZOO_PLUGINS or name the distribution in it"]
    if status.state == "conflict":
        return [f"keep one of them: ganzoo plugin uninstall {name}; or name those to use in GANZOO_PLUGINS"]
    if status.state == "broken":
        return [_cure(status, name), *([f"ganzoo plugin uninstall {name} removes it"] if provider.distribution else [])]
    words = []
    if status.problems:
        words.append("its authors can mend that: everything that ganzoo_entries returns must be one of ganzoo.entries")
    if is_slow(status):
        words.append(
            "its authors can mend that: entries name their targets as 'module:attribute', so that "
            f"{provider.module} and what it imports need only ganzoo and the standard library"
        )
    return words


def _cure(status: PluginStatus, name: str) -> str:
    """What may help with a plugin that does not load, by what was raised."""
    error = status.exception
    wanted = _unfit_requirement(name)
    if wanted:
        return f"it asks for {wanted}, and this is ganzoo {VERSION}: ganzoo plugin install --upgrade {name}"
    if isinstance(error, ModuleNotFoundError) and error.name:
        missing, own = error.name.partition(".")[0], status.provider.module.partition(":")[0].partition(".")[0]
        if missing == own:
            return f"its own files are not all there; install it again: ganzoo plugin install {name}"
        if missing != "ganzoo":
            return f"{missing} is missing; `python -m pip check` says what its distributions still need"
    if isinstance(error, (ImportError, TypeError, AttributeError)):
        return f"it may be written for another ganzoo than {VERSION}: ganzoo plugin install --upgrade {name}"
    if not status.provider.module:
        return f"install it again: ganzoo plugin install {name}; till then torch and pip may fail over that file, too"
    return f"tell its authors; ganzoo doctor {status.provider.namespace} shows them where it happens"


def _unfit_requirement(name: str) -> str:
    """What a distribution asks of ganzoo, such as "ganzoo<0.1", if this version is not that."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirements = [Requirement(line) for line in distribution(name).requires or ()]
    except (PackageNotFoundError, InvalidRequirement, ValueError):
        return ""
    for requirement in requirements:
        if requirement.name == "ganzoo" and not requirement.specifier.contains(VERSION, prereleases=True):
            return f"ganzoo{requirement.specifier}"
    return ""

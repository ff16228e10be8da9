"""What a plugin as a whole must do. None of these checks imports torch."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import inspect
import json
from collections.abc import Mapping
from typing import Any

from ganzoo.core import hookspecs, registry
from ganzoo.core.entries import Entry
from ganzoo.core.names import did_you_mean
from ganzoo.core.plugin_status import PluginStatus
from ganzoo.errors import UnknownName
from ganzoo.testing.import_probe import first_heavy_import
from ganzoo.testing.requirement import CheckFailed, one_line, require, since

HOOKS = {name: hook for name, hook in vars(hookspecs).items() if hasattr(hook, "ganzoo_spec")}


class PluginTrial:
    """A plugin under test. Raises: UnknownName if nothing has the namespace."""

    def __init__(self, namespace: str) -> None:
        self.statuses = [s for s in registry.plugins() if s.provider.namespace == namespace]
        if not self.statuses:
            known = ", ".join(status.provider.namespace for status in registry.plugins())
            raise UnknownName(
                f"no plugin has the namespace {namespace!r}",
                hint=f"there are: {known}; install yours with pip install --editable .",
            )

    @property
    def status(self) -> PluginStatus:
        """The first of those that claim the namespace."""
        return self.statuses[0]

    @property
    def installed(self) -> bool:
        """Whether it is a distribution, and not an object or a file that was added to this process."""
        return bool(self.status.provider.distribution)

    @functools.cached_property
    def plugin(self) -> Any:
        """The module or object with the hooks. Raises what importing it raises."""
        provider = self.status.provider
        name = f"{provider.distribution}:{provider.namespace}:{provider.module}"
        loaded = registry.manager().get_plugin(name)
        return loaded if loaded is not None else importlib.import_module(provider.module)

    def implementations(self) -> dict[str, Any]:
        """What is marked as a hook implementation, by name."""
        members = {name: getattr(self.plugin, name) for name in dir(self.plugin) if not name.startswith("__")}
        marked = {name: value for name, value in members.items() if callable(value) and hasattr(value, "ganzoo_impl")}
        return {value.ganzoo_impl.get("specname") or name: value for name, value in marked.items()}

    def entries(self) -> list[Entry]:
        """What its hook returns now."""
        return list(self.implementations()["ganzoo_entries"]())


@since("0.1")
def loads(trial: PluginTrial) -> None:
    """It is found, imported and registered without an error, and no other plugin claims its namespace."""
    status = trial.status
    require(
        status.state == "ok",
        f"the plugin is {status.state}: {status.error}",
        mend=f"`ganzoo doctor {status.provider.namespace}` shows the traceback; a namespace can have one owner only",
    )


@since("0.1")
def registers_entries_only(trial: PluginTrial) -> None:
    """Everything that `ganzoo_entries` returns is an entry."""
    require(
        not trial.status.problems,
        "; ".join(trial.status.problems),
        mend="return objects of ganzoo.entries only: Architecture, Loss, Dataset, ...",
    )


@since("0.1")
def implements_known_hooks(trial: PluginTrial) -> None:
    """Every function that is marked with @hookimpl implements a hook that exists, with arguments that it has."""
    implementations = trial.implementations()
    require(
        implementations,
        "no function is marked as the implementation of a hook",
        mend="put @hookimpl (from ganzoo import hookimpl) above `def ganzoo_entries()`",
    )
    for name, function in implementations.items():
        require(
            name in HOOKS or function.ganzoo_impl.get("optionalhook"),
            f"there is no hook {name!r}{did_you_mean(name, HOOKS)}",
            mend=f"rename the function; the hooks are {', '.join(sorted(HOOKS))}",
        )
        if name in HOOKS:
            known = set(inspect.signature(HOOKS[name]).parameters)
            strange = sorted(set(inspect.signature(function).parameters) - known)
            require(
                not strange,
                f"{name} asks for {', '.join(strange)}, which the hook does not give",
                mend=f"its arguments are {', '.join(known)}" if known else "it takes no arguments",
            )


@since("0.1")
def imports_nothing_heavy(trial: PluginTrial) -> None:
    """Importing the entry point's module, and with it its package, imports neither torch nor its like.

    Only installed plugins are asked: a plugin of one file that is added by hand has its networks beside its entries.
    """
    found = first_heavy_import(trial.status.provider.module)
    require(
        not found,
        f"listing the plugin imports {found}",
        mend="import it where it is needed: entries name their targets as 'module:attribute', so the module of the "
        "entry point and the package's __init__.py need only ganzoo and the standard library",
    )


@since("0.1")
def registers_the_same_every_time(trial: PluginTrial) -> None:
    """`ganzoo_entries` is a pure function: what there is does not depend on when it is asked."""
    first, second = trial.entries(), trial.entries()
    differing = [a.name for a, b in zip(first, second, strict=False) if a != b]
    require(
        len(first) == len(second) and not differing,
        f"asked twice, it registers {len(first)} and then {len(second)} entries"
        if len(first) != len(second)
        else f"asked twice, it gives different entries: {', '.join(differing)}",
        mend="return a list that is written down, and compute nothing in ganzoo_entries",
    )


@since("0.1")
def entries_are_plain_data(trial: PluginTrial) -> None:
    """Entries hold what JSON can hold, so that they can be listed by scripts and stored."""
    for entry in trial.status.entries:
        for field in dataclasses.fields(entry):
            value = getattr(entry, field.name)
            try:
                json.dumps(_plain(value), allow_nan=False)
            except (TypeError, ValueError) as error:
                raise CheckFailed(
                    f"{entry.name}: {field.name}={value!r:.80} cannot be written as JSON ({one_line(error)})",
                    mend="use text, numbers, lists and mappings; name objects as 'module:attribute'",
                ) from error


def _plain(value: Any) -> Any:
    """Mappings of any kind as dicts; JSON has text as keys only."""
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys must be text")
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


CHECKS = (
    loads,
    registers_entries_only,
    implements_known_hooks,
    imports_nothing_heavy,
    registers_the_same_every_time,
    entries_are_plain_data,
)
WHEN_BROKEN = (loads, implements_known_hooks)

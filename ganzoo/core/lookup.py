"""From a name to an entry, or to the error that says why there is none."""

from __future__ import annotations

from typing import Any

from ganzoo.core.discovery import BUILTIN
from ganzoo.core.entries import Entry
from ganzoo.core.first_party import DISTRIBUTIONS
from ganzoo.core.names import did_you_mean
from ganzoo.core.plugin_status import PluginStatus
from ganzoo.core.registered import Registered
from ganzoo.core.zoo import Zoo
from ganzoo.errors import AmbiguousName, PluginBroken, PluginConflict, PluginMissing, RegistryError, UnknownName

LOCAL = "it is in a plugin of one file: ganzoo --plugin FILE.py ...; in Python: ganzoo.add_plugin(module)"
Kinds = tuple[type[Entry], ...]


def look_up(zoo: Zoo, kinds: Kinds, name: str) -> Registered[Any]:
    """The entry that a short or qualified name leads to; deprecated ones are not followed.

    Letters may be upper-case and "_" may stand for "-". A short name means the built-in entry, else the only plugin's
    that has it. Raises: UnknownName, AmbiguousName, PluginMissing, PluginBroken, PluginConflict.
    """
    if "/" in name or "\\" in name or name.startswith((".", "~")):
        raise UnknownName(
            f"{name!r} is no name of {_article(kinds)}: 'owner/repo' is a model on the Hub, and what begins with ./, "
            "../, ~ or / is a path",
            hint=_list(kinds),
        )
    wanted = name.strip().lower().replace("_", "-")
    namespace, dot, rest = wanted.partition(".")
    return _qualified(zoo, kinds, namespace, rest) if dot else _short(zoo, kinds, wanted)


def _short(zoo: Zoo, kinds: Kinds, name: str) -> Registered[Any]:
    owners = zoo.by_name(kinds, name)
    if BUILTIN.namespace in owners:
        return owners[BUILTIN.namespace]
    if len(owners) == 1:
        return next(iter(owners.values()))
    if owners:
        candidates = ", ".join(f"{owner.name} ({owner.provider})" for owner in owners.values())
        raise AmbiguousName(f"{name!r} is ambiguous: {candidates}", hint="use the full name")
    broken = [status.provider for status in zoo.statuses if status.state in ("broken", "conflict")]
    hint = _list(kinds)
    if broken:
        hint += f"; it may be in a plugin that failed to load ({', '.join(map(str, broken))}): ganzoo doctor"
    raise UnknownName(f"unknown {_title(kinds)} {name!r}{did_you_mean(name, zoo.names(kinds))}", hint=hint)


def _qualified(zoo: Zoo, kinds: Kinds, namespace: str, name: str) -> Registered[Any]:
    found = zoo.by_name(kinds, name).get(namespace)
    if found is not None:
        return found
    claimants = [status for status in zoo.statuses if status.provider.namespace == namespace]
    full = f"{namespace}.{name}"
    loaded = [status for status in claimants if status.state == "ok"]
    if not loaded:
        raise _unavailable(kinds, namespace, full, claimants)
    near = did_you_mean(name, zoo.names(kinds, namespace))
    hint = f"{_list(kinds)} '{namespace}.*'"
    if any(status.problems for status in loaded):
        hint += f"; some entries of the plugin were dropped: ganzoo doctor {namespace}"
    raise UnknownName(f"unknown {_title(kinds)} {full!r}{near}", hint=hint)


def _unavailable(kinds: Kinds, namespace: str, full: str, claimants: list[PluginStatus]) -> RegistryError:
    """Why nothing of the namespace is there: broken, in conflict, switched off, or not installed."""
    title = _title(kinds)
    for status in claimants:
        if status.state == "broken":
            error = PluginBroken(
                f"{title} {full!r} is unavailable: {status.provider} failed to load: {status.error}",
                hint=f"ganzoo doctor {namespace}",
            )
            error.__cause__ = status.exception
            return error
        if status.state == "conflict":
            return PluginConflict(
                f"{title} {full!r} is unavailable: {status.error}",
                hint=f"ganzoo plugin uninstall {status.provider.distribution}, or name those to use in GANZOO_PLUGINS",
            )
    for status in claimants:
        return PluginMissing(
            f"{title} {full!r} is unavailable: {status.provider} is installed, but switched off",
            hint="leave out --no-plugins, and unset GANZOO_PLUGINS or add the distribution to it",
        )
    hint = "check the spelling; if a file of others asks for it, check that you trust its plugin before you install it"
    if namespace in DISTRIBUTIONS:
        hint = f"ganzoo plugin install {DISTRIBUTIONS[namespace]}"
    if namespace == "local":
        hint = LOCAL
    return PluginMissing(f"unknown {title} {full!r}: nothing installed provides the namespace {namespace!r}", hint=hint)


def _title(kinds: Kinds) -> str:
    return " or ".join(kind.kind for kind in kinds) if len(kinds) <= 2 else "entry"


def _article(kinds: Kinds) -> str:
    title = _title(kinds)
    return f"an {title}" if title[0] in "aeiou" else f"a {title}"


def _list(kinds: Kinds) -> str:
    return f"ganzoo list {kinds[0].kind}" if len(kinds) <= 2 else "ganzoo list"

"""An entry together with who provides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ganzoo.core.entries import Entry
from ganzoo.core.names import did_you_mean
from ganzoo.core.plugin_status import Provider
from ganzoo.errors import TargetError

E = TypeVar("E", bound=Entry)


@dataclass(frozen=True)
class Registered(Generic[E]):
    """An entry and its provider.

    Args:
        entry: as the plugin registered it.
        provider: the plugin.
        short: whether the bare name leads here; where it does not, only `name` does.
    """

    entry: E
    provider: Provider
    short: bool = True

    @property
    def name(self) -> str:
        """The qualified name, such as "ganzoo.dcgan": what files and configs hold."""
        return f"{self.provider.namespace}.{self.entry.name}"

    @property
    def short_name(self) -> str:
        """The shortest name that leads here."""
        return self.entry.name if self.short else self.name

    def load(self) -> Any:
        """Import what the entry stands for. Raises: TargetError naming the provider and the target."""
        if not self.entry.target:
            raise TargetError(f"{self.entry.kind} {self.name} has no target of its own: it configures another entry")
        return load_target(self.entry.target, what=f"{self.entry.kind} {self.name}", provider=self.provider)


def load_target(target: str, *, what: str, provider: Provider) -> Any:
    """Import "module:attribute".

    Raises: TargetError naming the provider, the target and what is spelt like it, chained to what the import raised.
    """
    import importlib

    module_name, _, attributes = target.partition(":")
    found: Any = None
    try:
        found = importlib.import_module(module_name)
        for attribute in attributes.split("."):
            found = getattr(found, attribute)
    except (Exception, SystemExit) as error:
        near = _near_module(error, module_name) if found is None else did_you_mean(attribute, dir(found))
        raise TargetError(
            f"loading {what} ({provider}) failed in {target}: {type(error).__name__}: {error}{near}",
            hint=f"ganzoo doctor {provider.namespace}",
        ) from error
    return found


def _near_module(error: BaseException, name: str) -> str:
    """ "; did you mean ...?" where a module of a target is missing; nothing where what it imports is."""
    import pkgutil
    import sys

    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    if not missing or not f"{name}.".startswith(f"{missing}."):
        return ""
    parent, _, last = missing.rpartition(".")
    places = getattr(sys.modules.get(parent), "__path__", []) if parent else None
    return did_you_mean(last, (found.name for found in pkgutil.iter_modules(places)))

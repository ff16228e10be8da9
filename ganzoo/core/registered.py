"""An entry together with who provides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ganzoo.core.entries import Entry
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

    Raises: TargetError naming the provider and the target, chained to whatever the import raised.
    """
    import importlib

    module_name, _, attributes = target.partition(":")
    try:
        found: Any = importlib.import_module(module_name)
        for attribute in attributes.split("."):
            found = getattr(found, attribute)
    except (Exception, SystemExit) as error:
        raise TargetError(
            f"loading {what} ({provider}) failed in {target}: {type(error).__name__}: {error}",
            hint=f"ganzoo doctor {provider.namespace}",
        ) from error
    return found

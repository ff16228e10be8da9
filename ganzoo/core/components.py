"""A loss, penalty, latent, optimiser, technique or data set, chosen by a name or {"name": ..., argument: value}."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from ganzoo.core import configuration, registry
from ganzoo.core.entries import Entry
from ganzoo.core.registry import Registered
from ganzoo.errors import ConfigError, GanzooError

Component = str | Mapping[str, Any]
E = TypeVar("E", bound=Entry)


def resolve(kind: type[E], component: Component) -> tuple[Registered[E], dict[str, Any]]:
    """The entry that a component names, and the arguments that it gives.

    Raises: the registry's errors, ConfigError for what is no component.
    """
    arguments = dict(component) if isinstance(component, Mapping) else {"name": component}
    name = arguments.pop("name", None)
    if not isinstance(name, str):
        raise ConfigError(
            f"{component!r} does not name a {kind.kind}",
            hint='give a name, or a mapping such as {"name": "adam", "lr": 0.0002}',
        )
    return registry.find(kind, name), arguments


def build(kind: type[E], component: Component, *, skip: Collection[str] = (), **extra: Any) -> Any:
    """The object that a component stands for.

    Args:
        skip: arguments that the component may not set.
        extra: arguments that the host gives (`dim=`, `parameters=`); a component may not set them either.

    Raises: as `resolve` and `describe`. What the target itself raises carries a note that names the provider.
    """
    registered, arguments = resolve(kind, component)
    target = registered.load()
    settings = configuration.complete(target, arguments, what=_what(registered), skip={*skip, *extra})
    try:
        return target(**settings, **extra)
    except GanzooError:
        raise
    except Exception as error:
        error.add_note(f"while building {registered.name} of {registered.provider} in {registered.entry.target}")
        raise


def describe(kind: type[E], component: Component, *, skip: Collection[str] = ()) -> dict[str, Any]:
    """{"name": qualified name, **every argument with its value}, as JSON-able values.

    Raises: as `resolve`; TargetError when the target cannot be imported; ConfigError naming every wrong argument.
    """
    registered, arguments = resolve(kind, component)
    settings = configuration.complete(registered.load(), arguments, what=_what(registered), skip=skip)
    return {"name": registered.name, **{key: _plain(value) for key, value in settings.items()}}


def _what(registered: Registered[Any]) -> str:
    return f"{registered.entry.kind} {registered.short_name}"


def _plain(value: Any) -> Any:
    """Tuples as lists and mappings as dicts, all the way down."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value

"""Constructor arguments are the config: read from the signature, checked all at once, completed with defaults."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

from ganzoo.core.annotations import Unfit, convert, read, words
from ganzoo.core.names import did_you_mean
from ganzoo.errors import ConfigError, TargetError

REQUIRED: Final = inspect.Parameter.empty


@dataclass(frozen=True)
class Parameter:
    """A setting: its name, its type, and its default, which is REQUIRED where there is none."""

    name: str
    annotation: Any
    default: Any = REQUIRED

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


def parameters(target: Callable[..., Any], *, skip: Collection[str] = ()) -> list[Parameter]:
    """The keyword-only arguments of a function, or of a class's constructor, in their order.

    Args:
        target: the callable; its positional arguments are the host's business and left out.
        skip: names that the host gives, and that a config therefore cannot set.

    Raises: TargetError when an annotation cannot be evaluated.
    """
    function = target.__init__ if isinstance(target, type) else target  # type: ignore[misc]
    wanted = {
        name: parameter
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and name not in skip
    }
    annotations = {name: p.annotation for name, p in wanted.items() if p.annotation is not inspect.Parameter.empty}
    hints = _evaluate(function, annotations)
    return [Parameter(name, hints.get(name, Any), parameter.default) for name, parameter in wanted.items()]


def complete(
    target: Callable[..., Any], given: Mapping[str, Any], *, what: str, skip: Collection[str] = ()
) -> dict[str, Any]:
    """Every setting of `target` with its value: what was given, checked, and the defaults for the rest.

    Lists become tuples, and integers floats, where the annotation asks for them. A bool is no integer.
    Args:
        what: the thing that is configured, for messages.
        skip: as in `parameters`.

    Raises: ConfigError naming every problem: unknown settings with the closest name, wrong types, missing values.
    """
    known = {parameter.name: parameter for parameter in parameters(target, skip=skip)}
    problems = [_unknown(key, known, skip) for key in given if key not in known]
    config: dict[str, Any] = {}
    for name, parameter in known.items():
        if name in given:
            try:
                config[name] = convert(given[name], parameter.annotation)
            except Unfit as unfit:
                problems.append(f"{name}: {unfit}")
        elif parameter.required:
            problems.append(f"{name!r} is missing: {words(parameter.annotation)}")
        else:
            config[name] = parameter.default
    if problems:
        raise ConfigError(f"{what}: " + "; ".join(problems), hint=_settings(what, known))
    return config


def parse(text: str, annotation: Any, *, what: str) -> Any:
    """The value that a text means for a setting of this type; see `ganzoo.core.annotations.read`.

    Raises: ConfigError.
    """
    try:
        return read(text, annotation)
    except Unfit as unfit:
        raise ConfigError(f"{what}: {unfit}") from None


def assignments(texts: Iterable[str]) -> dict[str, str]:
    """{"a.b": "3"} from ["a.b=3"]. Raises ConfigError for a text without "=" or without a key, and a doubled key."""
    values: dict[str, str] = {}
    problems = []
    for text in texts:
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals or not key:
            problems.append(f"{text!r} is not of the form key=value")
        elif key in values:
            problems.append(f"{key!r} is set twice")
        values[key] = value.strip()
    if problems:
        raise ConfigError("; ".join(problems), hint="write settings as key=value, such as latent_dim=64")
    return values


def _evaluate(function: Any, annotations: dict[str, Any]) -> dict[str, Any]:
    """Annotations as types. Only the wanted ones: others may name what is imported for type checkers alone."""
    while isinstance(function, functools.partial):
        function = function.func
    scope = getattr(inspect.unwrap(function), "__globals__", {})
    try:
        return get_type_hints(types.SimpleNamespace(__annotations__=annotations), globalns=scope)
    except (NameError, TypeError, SyntaxError, AttributeError) as error:
        name = getattr(function, "__qualname__", repr(function))
        raise TargetError(f"the settings of {name} cannot be read: {error}") from error


def _unknown(key: Any, known: Collection[str], skip: Collection[str]) -> str:
    if key in skip:
        return f"{key!r} is set by the library and cannot be chosen here"
    return f"unknown setting {key!r}" + did_you_mean(str(key), known)


def _settings(what: str, known: Mapping[str, Parameter]) -> str:
    if not known:
        return f"{what} takes no settings"
    return f"settings of {what}: " + ", ".join(
        name if parameter.required else f"{name}={parameter.default!r}" for name, parameter in known.items()
    )

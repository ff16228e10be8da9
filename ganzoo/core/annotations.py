"""The types that settings have: what they are called, which values fit, how they are read from text.

Known are bool, int, float, str, Literal, tuple, Mapping, None, Any, and unions of these.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin

PLAIN = {bool: "true or false", int: "an integer", float: "a finite number", str: "text", type(None): "none"}
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Unfit(ValueError):
    """A value does not fit an annotation; the message says what was expected."""


def words(annotation: Any) -> str:
    """What fits the annotation, in words: "an integer or none"."""
    arguments = get_args(annotation)
    if annotation in PLAIN:
        return PLAIN[annotation]
    if _is_literal(annotation):
        return "one of " + ", ".join(map(repr, arguments))
    if _is_union(annotation):
        return " or ".join(words(member) for member in arguments)
    if _is_tuple(annotation):
        item, length = _items(annotation)
        if length is None:
            return f"a list (of {words(item)} each)"
        return f"a list of {length}: " + ", ".join(words(member) for member in arguments)
    if _is_mapping(annotation):
        return "a mapping with text as keys"
    return "anything" if annotation is Any else f"a {getattr(annotation, '__name__', annotation)}"


def convert(value: Any, annotation: Any) -> Any:
    """The value as the annotation asks: lists become tuples, integers become floats where floats are asked.

    A bool is no integer and no float; floats are finite, so that every config can be stored.
    Raises: Unfit.
    """
    arguments = get_args(annotation)
    if annotation is Any:
        return value
    if annotation is float and isinstance(value, int | float) and not isinstance(value, bool):
        if math.isfinite(number := _as_float(value)):
            return number
    elif annotation is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    elif annotation is None and value is None:
        return None
    elif _is_literal(annotation):
        if any(value == member and type(value) is type(member) for member in arguments):
            return value
    elif _is_union(annotation):
        return _convert_union(value, arguments)
    elif _is_tuple(annotation):
        return _convert_tuple(value, annotation)
    elif _is_mapping(annotation):
        if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
            member = arguments[1] if arguments else Any
            return {key: convert(item, member) for key, item in value.items()}
    elif annotation not in (int, float) and isinstance(annotation, type) and isinstance(value, annotation):
        return value
    raise Unfit(f"{value!r} is not {words(annotation)}")


def read(text: str, annotation: Any) -> Any:
    """The value that a text from the command line means: "1,2,3", "none", "yes", "0.5", or JSON for mappings.

    Raises: Unfit.
    """
    arguments = get_args(annotation)
    failure = Unfit(f"{text!r} is not {words(annotation)}")
    if annotation is bool and text.lower() in TRUTH:
        return TRUTH[text.lower()]
    if annotation in (int, float):
        try:
            return convert(annotation(text), annotation)
        except ValueError:
            raise failure from None
    if annotation in (None, type(None)) and text.lower() in ("none", "null"):
        return None
    if _is_literal(annotation):
        for member in arguments:
            if str(member) == text:
                return member
    if _is_union(annotation):
        return _read_union(text, annotation)
    if _is_mapping(annotation) or (_is_tuple(annotation) and text.lstrip().startswith("[")):
        try:
            return convert(json.loads(text), annotation)
        except json.JSONDecodeError:
            raise failure from None
    if _is_tuple(annotation):
        parts = [part.strip() for part in text.removesuffix(",").split(",")] if text.strip() else []
        item, length = _items(annotation)
        if length not in (None, len(parts)):
            raise failure
        wanted = [item] * len(parts) if length is None else arguments
        return tuple(read(part, member) for part, member in zip(parts, wanted, strict=True))
    if annotation in (str, Any):
        return text
    raise failure


def _convert_union(value: Any, members: tuple[Any, ...]) -> Any:
    """A member that keeps the value's own type is preferred: 3 stays an integer in `float | int`."""
    fitting = []
    for member in members:
        try:
            fitting.append(convert(value, member))
        except Unfit:
            continue
    if not fitting:
        raise Unfit(f"{value!r} is not {' or '.join(words(member) for member in members)}")
    return next((fit for fit in fitting if type(fit) is type(value)), fitting[0])


def _convert_tuple(value: Any, annotation: Any) -> tuple[Any, ...]:
    item, length = _items(annotation)
    if not isinstance(value, list | tuple) or length not in (None, len(value)):
        raise Unfit(f"{value!r} is not {words(annotation)}")
    wanted = [item] * len(value) if length is None else get_args(annotation)
    return tuple(convert(part, member) for part, member in zip(value, wanted, strict=True))


def _read_union(text: str, annotation: Any) -> Any:
    """None first and plain text last, so that text is what nothing else fits; a brace can only open a mapping."""
    members = sorted(get_args(annotation), key=lambda member: (member is str) - (member is type(None)))
    if text.lstrip().startswith("{"):
        members = [member for member in members if _is_mapping(member)] or members
    for member in members:
        try:
            return read(text, member)
        except Unfit:
            continue
    raise Unfit(f"{text!r} is not {words(annotation)}")


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _items(annotation: Any) -> tuple[Any, int | None]:
    """What each item of a tuple is, and how many there are; None means any number."""
    arguments = get_args(annotation)
    if not arguments:
        return Any, None
    if len(arguments) == 1 and get_origin(annotation) is not tuple:
        return arguments[0], None
    return (arguments[0], None) if arguments[-1] is Ellipsis else (Any, len(arguments))


def _is_literal(annotation: Any) -> bool:
    return get_origin(annotation) is Literal


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)


def _is_tuple(annotation: Any) -> bool:
    return annotation is tuple or get_origin(annotation) in (tuple, Sequence)


def _is_mapping(annotation: Any) -> bool:
    return annotation in (dict, Mapping) or get_origin(annotation) in (dict, Mapping)

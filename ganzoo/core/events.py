"""Telling plugins what happens in a run, and asking them what they add."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ganzoo.core import registry

_reported: set[tuple[str, str]] = set()


def emit(event: str, **facts: Any) -> list[Any]:
    """Call every plugin's implementation of an event hook; returns what those that returned something gave.

    An exception in one is reported once on standard error, and the run goes on.
    """
    return gather(event, lambda answer: answer, facts)


def gather(event: str, read: Callable[[Any], Any], facts: dict[str, Any]) -> list[Any]:
    """As `emit`, with `read(answer)` in place of each answer.

    What `read` raises counts as the plugin's failure: an answer may be a generator that fails only when it is read, or
    not what was asked for.
    """
    answers = []
    for implementation in getattr(registry.manager().hook, event).get_hookimpls():
        try:
            answer = implementation.function(*(facts[name] for name in implementation.argnames))
            if answer is not None:
                answers.append(read(answer))
        except Exception as error:
            if (implementation.plugin_name, event) not in _reported:
                _reported.add((implementation.plugin_name, event))
                print(
                    f"warning: the plugin {implementation.plugin_name} failed in {event}: "
                    f"{type(error).__name__}: {error} (reported once)",
                    file=sys.stderr,
                )
    return answers

"""How a check says that something is wrong, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class CheckFailed(AssertionError):
    """An entry does not do what its kind promises.

    Args:
        problem: what is wrong, in one line or more.
        mend: what the author can do about it.
    """

    def __init__(self, problem: str, *, mend: str) -> None:
        super().__init__(f"{problem}\nmend: {mend}")
        self.problem, self.mend = problem, mend


class NotTried(CheckFailed):
    """A check could not be made, because of what another check has found."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"not tried, for {cause}", mend="mend that first; another check says how")
        self.cause = cause


class NotHere(Exception):
    """A check needs something that this machine does not have, such as a data set that must be downloaded."""


def require(holds: object, problem: str, *, mend: str) -> None:
    """Raises CheckFailed unless `holds`."""
    if not holds:
        raise CheckFailed(problem, mend=mend)


def since(version: str) -> Callable[[F], F]:
    """Marks a check with the version of ganzoo from which on it applies."""

    def mark(function: F) -> F:
        function.since = version  # type: ignore[attr-defined]
        return function

    return mark


def one_line(error: BaseException) -> str:
    """An exception's class and the first line of its message."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__

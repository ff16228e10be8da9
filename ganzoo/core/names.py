"""Help with names that are almost right."""

from __future__ import annotations

from collections.abc import Iterable


def closest(name: str, known: Iterable[str], *, at_most: int = 3) -> list[str]:
    """The known names that look most like `name`, the likeliest first."""
    import difflib

    return difflib.get_close_matches(name, sorted(set(known)), n=at_most, cutoff=0.6)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """ "; did you mean 'x' or 'y'?", or nothing where no known name is close."""
    near = closest(name, known)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""

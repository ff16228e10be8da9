"""Our docstrings are plain text with code between backquotes; Sphinx reads reStructuredText."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

CODE = re.compile(r"(`[^`]*`)")
INLINE_SECTION = re.compile(r"^(Returns|Raises|Yields): (?=\S)")


def as_restructured_text(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Change a docstring's lines in place: escape what is markup by accident, and set one-line sections apart."""
    changed: list[str] = []
    for line in lines:
        if INLINE_SECTION.match(line) and changed and changed[-1]:
            changed.append("")
        changed.append("".join(part if CODE.match(part) else escaped(part) for part in CODE.split(line)))
    lines[:] = changed


def escaped(text: str) -> str:
    """Text whose asterisks, bars and trailing underscores stand for themselves."""
    return re.sub(r"(?<=\w)_(?=\W|$)", r"\\_", re.sub(r"([*|])", r"\\\1", text))


def setup(app: Sphinx) -> dict[str, bool]:
    # Before napoleon, which turns sections into fields whose markup must stay.
    app.connect("autodoc-process-docstring", as_restructured_text, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

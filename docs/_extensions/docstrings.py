"""Our docstrings and help texts are plain text with code between backquotes; Sphinx reads reStructuredText."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

CODE = re.compile(r"(`[^`]*`)")
DEFAULT_PATH = re.compile(r"PosixPath\('([^']*)'\)")
INLINE_SECTION = re.compile(r"^(Returns|Raises|Yields): (?=\S)")


def of_python(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Change a docstring's lines in place."""
    lines[:] = as_restructured_text(lines)


def of_commands(app: Sphinx, context: Any, lines: list[str]) -> None:
    """Change the lines of a command's help in place; those that begin with ".." are markup already."""
    plain = [DEFAULT_PATH.sub(r"\1", line) for line in lines]
    lines[:] = [line if line.lstrip().startswith("..") else escaped(line) for line in plain]


def as_restructured_text(lines: list[str]) -> list[str]:
    """Text with what is markup by accident escaped, one-line sections set apart, and examples marked as such.

    An example is indented and follows a colon and an empty line.
    """
    changed: list[str] = []
    in_example = in_section = False
    for i, line in enumerate(lines):
        in_example = (in_example or starts_example(lines, i)) and (not line or line.startswith("    "))
        in_section = bool(INLINE_SECTION.match(line)) or (in_section and line.startswith("    "))
        if starts_example(lines, i):
            changed[-2] += ":"
        if INLINE_SECTION.match(line) and changed and changed[-1]:
            changed.append("")
        changed.append(line if in_example else escaped(line.strip() if in_section else line))
    return changed


def starts_example(lines: list[str], i: int) -> bool:
    return i >= 2 and lines[i].startswith("    ") and not lines[i - 1] and lines[i - 2].endswith(":")


def escaped(line: str) -> str:
    """A line whose asterisks, bars, at-signs and trailing underscores stand for themselves, outside of code."""
    return "".join(part if CODE.match(part) else escaped_text(part) for part in CODE.split(line))


def escaped_text(text: str) -> str:
    return re.sub(r"(?<=\w)_(?=\W|$)", r"\\_", re.sub(r"([*|@])", r"\\\1", text))


def setup(app: Sphinx) -> dict[str, bool]:
    # Before napoleon, which turns sections into fields whose markup must stay.
    app.connect("autodoc-process-docstring", of_python, priority=100)
    app.connect("sphinx-click-process-description", of_commands)
    app.connect("sphinx-click-process-options", of_commands)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Text of others inside Markdown: what it says is shown, and nothing of it is acted upon."""

from __future__ import annotations


def escaped(text: object) -> str:
    """Text for a line, with what Markdown and HTML would act upon made harmless."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#~&$" else c for c in _line(text))


def code(text: object) -> str:
    """Text as code within a line."""
    return "`" + _line(text).replace("`", "'") + "`"


def comment(text: object) -> str:
    """Text for a comment in a block of code, which it cannot leave."""
    return _line(text).replace("`", "'")


def fenced(text: str, language: str = "") -> str:
    """A block of code that ends where it should, whatever it holds."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"


def _line(text: object) -> str:
    """One line, without characters that steer a terminal or turn the direction of writing."""
    line = " ".join(str(text).split())
    return "".join(character if character.isprintable() else "?" for character in line)

"""Where imported weights come from, for their card."""

from __future__ import annotations

from typing import Any

from ganzoo.hub.card_facts import Facts
from ganzoo.hub.markdown import code, escaped


def imported(facts: Facts) -> dict[str, Any] | None:
    """What the importer wrote down; None for a model that was trained with ganzoo."""
    found = facts.config["training"].get("imported")
    return found if isinstance(found, dict) else None


def origin(found: dict[str, Any]) -> str:
    """The section of the card. Nothing in the file was executed, and the weights keep their licence."""
    lines = [
        f"Made by others: {escaped(found.get('codebase'))}.",
        "",
        f"- Source: {code(str(found.get('source')))}, SHA-256 {code(str(found.get('sha256')))}",
        f"- Licence of the weights: {escaped(found.get('license'))}. They keep it in this form, too.",
        f"- Converted by {code('ganzoo import')} with the importer {code(str(found.get('format')))} "
        f"({escaped(found.get('importer'))}), which reads tensors and settings and executes nothing.",
    ]
    notes = found.get("notes")
    lines += [f"- {escaped(note)}" for note in notes] if isinstance(notes, list) else []
    return "\n".join(lines)

"""The model card: what was measured and how to repeat it, around whatever a person wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ganzoo.core.events import gather
from ganzoo.hub import card_sections
from ganzoo.hub.card_data import metadata
from ganzoo.hub.card_facts import Facts, read_facts
from ganzoo.hub.card_merge import merge

if TYPE_CHECKING:
    from huggingface_hub import ModelCard

__all__ = ["CardInput", "Section", "card_of", "merge"]

NAME = re.compile(r"[\w.-]+")


@dataclass(frozen=True)
class Section:
    """A part of a card, in Markdown.

    Args:
        name: letters, digits, "_", "." and "-"; unique in the card, so a plugin's begins with its namespace.

    Raises: ValueError for another name, TypeError for a text that is none.
    """

    name: str
    text: str

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name of a section: use letters, digits, '_', '.' and '-'")
        if not isinstance(self.text, str):
            raise TypeError(f"the text of the section {self.name} is {type(self.text).__name__}")


@dataclass
class CardInput:
    """What `model_card_sections` hooks are given: the facts, and the sections made so far."""

    facts: Facts
    sections: list[Section] = field(default_factory=list)

    def add(self, sections: Iterable[Section]) -> None:
        """Take a plugin's sections, all or none. Raises: TypeError, ValueError."""
        given = list(sections)
        for section in given:
            if not isinstance(section, Section):
                raise TypeError(f"{section!r:.80} is no Section")
        names = [section.name for section in (*self.sections, *given)]
        if doubled := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"there is a section {', '.join(sorted(doubled))} already")
        self.sections += given


def card_of(directory: Path, *, repository: str | None = None, license: str | None = None) -> ModelCard:
    """A card for a model directory.

    Args:
        repository: "owner/repo" that it is for; without it the code says so.
        license: of the weights; None takes the most restrictive of the architecture's and the data's.

    Raises: ModelDirectoryError, ConfigError where licences contradict each other.
    """
    from huggingface_hub import ModelCard

    facts = read_facts(directory, repository)
    made = CardInput(facts, [Section(name, text) for name, text in card_sections.of(facts)])
    gather("model_card_sections", made.add, {"card": made})
    body = "\n\n".join(block(section) for section in made.sections)
    return ModelCard(f"---\n{metadata(facts, license).to_yaml()}\n---\n\n{body}\n")


def block(section: Section) -> str:
    """A section between the marks by which it is found again; marks within it are spoilt."""
    text = section.text.strip().replace("<!-- ganzoo:", "<!- - ganzoo:")
    return f"<!-- ganzoo:begin {section.name} -->\n{text}\n<!-- ganzoo:end {section.name} -->"

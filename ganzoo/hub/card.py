"""The model card: what was measured and how to repeat it, around whatever a person wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ganzoo.core.events import emit
from ganzoo.hub import card_sections
from ganzoo.hub.card_data import metadata
from ganzoo.hub.card_facts import Facts, read_facts

if TYPE_CHECKING:
    from huggingface_hub import ModelCard

GENERATED = ("library_name", "pipeline_tag", "tags", "license", "license_name", "license_link", "datasets",
             "model-index", "model_name")  # fmt: skip
BLOCK = re.compile(r"<!-- ganzoo:begin ([\w.-]+) -->\n.*?<!-- ganzoo:end \1 -->", re.DOTALL)


@dataclass(frozen=True)
class Section:
    """A part of a card, in Markdown. `name` is unique; a plugin's is put behind its namespace by itself."""

    name: str
    text: str


@dataclass
class CardInput:
    """What `model_card_sections` hooks are given: the facts, and the sections made so far."""

    facts: Facts
    sections: list[Section] = field(default_factory=list)


def card_of(directory: Path, *, repository: str | None = None, license: str | None = None) -> ModelCard:
    """A card for a model directory.

    Args:
        repository: "owner/repo" that it is for; without it the code says so.
        license: of the weights; None takes that of the data.

    Raises: ModelDirectoryError, ConfigError where the licences of data and user contradict each other.
    """
    from huggingface_hub import ModelCard

    facts = read_facts(directory, repository)
    made = CardInput(facts, [Section(name, text) for name, text in card_sections.of(facts)])
    for answer in emit("model_card_sections", card=made):
        made.sections += [part for part in answer if isinstance(part, Section)]
    body = "\n\n".join(block(section) for section in made.sections)
    return ModelCard(f"---\n{metadata(facts, license).to_yaml()}\n---\n\n{body}\n")


def block(section: Section) -> str:
    """A section between the marks by which it is found again."""
    return f"<!-- ganzoo:begin {section.name} -->\n{section.text.strip()}\n<!-- ganzoo:end {section.name} -->"


def merge(old: str, new: ModelCard) -> str:
    """The old card with its generated blocks and metadata replaced; what a person wrote or removed stays so.

    A card without any generated block is a person's own: its text stays whole, and the blocks follow it.
    """
    import yaml

    front = re.match(r"\s*---[ \t]*\n(.*?)\n---[ \t]*(?:\n|$)", old, re.DOTALL)
    try:
        kept = yaml.safe_load(front[1]) if front else {}
    except (yaml.YAMLError, RecursionError):
        kept = {}
    kept = {key: value for key, value in kept.items() if isinstance(key, str)} if isinstance(kept, dict) else {}
    generated = yaml.safe_load(new.data.to_yaml())
    tags = list(dict.fromkeys([*generated.get("tags", []), *(t for t in kept.get("tags") or [] if isinstance(t, str))]))
    data = {key: value for key, value in kept.items() if key not in GENERATED} | generated | {"tags": tags}
    text = old[front.end() :] if front else old
    blocks = {match[1]: match[0] for match in BLOCK.finditer(new.text)}
    there = {match[1] for match in BLOCK.finditer(text)}
    body = BLOCK.sub(lambda match: blocks.get(match[1], match[0]), text)
    if not there:
        body = body.rstrip() + "\n\n" + "\n\n".join(blocks.values()) + "\n"
    return f"---\n{yaml.safe_dump(data, sort_keys=False, allow_unicode=True).strip()}\n---\n{body}"

"""A new card put into the one that is there, which a person may have edited."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from ganzoo.core import entries, registry
from ganzoo.errors import HubError
from ganzoo.hub.licenses import UNKNOWN

if TYPE_CHECKING:
    from huggingface_hub import ModelCard

LICENSE = ("license", "license_name", "license_link")
GENERATED = ("library_name", "pipeline_tag", "tags", *LICENSE, "datasets", "model-index", "model_name")
BLOCK = re.compile(r"<!-- ganzoo:begin ([\w.-]+) -->\n.*?<!-- ganzoo:end \1 -->", re.DOTALL)
FRONT = re.compile(r"\s*---[ \t]*\n(|.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
KEY = re.compile(r"""("[^"\n]*"|'[^'\n]*'|[^\s#"'\-&*!|>%@`{}\[\],][^:\n]*?)[ \t]*:(?:\s|$)""")


def merge(old: str, new: ModelCard) -> str:
    """The old card with its generated blocks and metadata replaced; what a person wrote or removed stays so.

    A card without any generated block is a person's own: its text stays whole, and the blocks follow it.
    Raises: HubError if the old card's metadata are no YAML, so that nothing of them is lost.
    """
    old = old.removeprefix("\ufeff").replace("\r\n", "\n")
    front = FRONT.match(old)
    text = old[front.end() :] if front else old
    blocks = {match[1]: match[0] for match in BLOCK.finditer(new.text)}
    body = BLOCK.sub(lambda match: blocks.get(match[1], match[0]), text)
    if not BLOCK.search(text):
        body = f"\n{text.strip()}\n\n" + "\n\n".join(blocks.values()) + "\n"
    return f"---\n{merged_metadata(front[1] if front else '', new)}---\n{body}"


def merged_metadata(old: str, new: ModelCard) -> str:
    """YAML of the old metadata, as it was written, with the generated keys replaced by those of the new card."""
    import yaml

    kept = parsed(old)
    data: Any = copy.copy(new.data)
    theirs = kept.get("tags")
    data.tags = list(dict.fromkeys([*(data.tags or []), *_own_tags(theirs if isinstance(theirs, list) else [theirs])]))
    dropped = set(GENERATED)
    if data.license == UNKNOWN and kept.get("license"):  # a person knows more than nothing
        data.license = None
        dropped -= set(LICENSE)
    if not data.datasets:
        dropped.discard("datasets")
    generated = yaml.safe_load(data.to_yaml())
    theirs_as_written = "".join(chunk for key, chunk in chunks(old) if key not in dropped)
    written = theirs_as_written + data.to_yaml().strip() + "\n"
    expected = {key: value for key, value in kept.items() if key not in dropped} | generated
    try:
        found = yaml.safe_load(written)
    except yaml.YAMLError:
        found = None
    if isinstance(found, dict) and set(found) == set(expected) and all(found[k] == v for k, v in generated.items()):
        return written
    return yaml.safe_dump(expected, sort_keys=False, allow_unicode=True)  # metadata of an unusual form


def parsed(front: str) -> dict[Any, Any]:
    """Front matter as a mapping. Raises: HubError."""
    import yaml

    try:
        found = yaml.safe_load(front)
    except (yaml.YAMLError, RecursionError) as error:
        raise _unreadable(str(error).splitlines()[0] if str(error) else type(error).__name__) from None
    if found is not None and not isinstance(found, dict):
        raise _unreadable(f"they are {type(found).__name__}, not a mapping")
    return found or {}


def chunks(front: str) -> list[tuple[str | None, str]]:
    """The top-level keys of front matter, each with its lines; what lies between two (comments) has no key."""
    found: list[tuple[str | None, str]] = []
    waiting = ""  # comments, which belong to a list if it goes on after them
    for line in front.splitlines(keepends=True):
        match = KEY.match(line)
        if match is not None:
            found += [(None, waiting)] if waiting else []
            found.append((match[1].strip("\"'"), line))
            waiting = ""
        elif found and line[:1] in " \t-":
            found[-1] = (found[-1][0], found[-1][1] + waiting + line)
            waiting = ""
        else:
            waiting += line
    return [*found, (None, waiting)] if waiting else found


def _own_tags(tags: list[Any]) -> list[str]:
    """Tags that a person added: not names of architectures, which tell what was there before."""
    ours = {found.entry.name for found in registry.entries(entries.Architecture, deprecated=True)}
    return [tag for tag in tags if isinstance(tag, str) and tag not in ours]


def _unreadable(why: str) -> HubError:
    return HubError(
        f"the metadata of the card that is there cannot be read: {why}",
        hint="mend what stands between the lines --- of its README.md, then push again",
    )

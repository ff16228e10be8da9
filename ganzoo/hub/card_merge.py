"""A new card put into the one that is there, which a person may have edited."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ganzoo.core import entries, registry
from ganzoo.errors import HubError
from ganzoo.hub.client import redacted
from ganzoo.hub.licenses import UNKNOWN, conditions

if TYPE_CHECKING:
    from huggingface_hub import ModelCard

LICENSE = ("license", "license_name", "license_link")
GENERATED = ("library_name", "pipeline_tag", "tags", *LICENSE, "datasets", "model-index", "model_name")
MARK = re.compile(r"<!-- ganzoo:(begin|end) ([\w.-]+) -->")
FRONT = re.compile(r"\s*---[ \t]*\n(|.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
KEY = re.compile(r"""("[^"\n]*"|'[^'\n]*'|[^\s#"'\-&*!|>%@`{}\[\],?][^:\n]*?)[ \t]*:(?:\s|$)""")


def merge(old: str, new: ModelCard, *, licensed: bool = False) -> str:
    """The old card with its generated blocks and metadata replaced; what a person wrote or removed stays so.

    A card without any generated block is a person's own: its text stays whole, and the blocks follow it. Lines end as
    they did.
    Args:
        licensed: whether the licence of the new card was chosen for it. One that was not gives way to what the old
            card says if that asks for more, or is somebody's own.

    Raises: HubError if the old card's metadata are no YAML, so that nothing of them is lost.
    """
    old = old.removeprefix("\ufeff")
    windows = "\r\n" in old and old.count("\r\n") == old.count("\n")
    old = old.replace("\r\n", "\n")
    front = FRONT.match(old)
    text = old[front.end() :] if front else old
    generated = dict(blocks(new.text))
    body, there = replaced(text, generated)
    if not there:
        body = f"\n{text.strip()}\n\n" + "\n\n".join(generated.values()) + "\n"
    card = f"---\n{merged_metadata(front[1] if front else '', new, licensed)}---\n{body}"
    return card.replace("\n", "\r\n") if windows else card


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Name and text of the generated blocks, with their marks: a begin that the next mark ends."""
    begin: re.Match[str] | None = None
    for mark in MARK.finditer(text):
        if mark[1] == "end" and begin is not None and begin[2] == mark[2]:
            yield mark[2], text[begin.start() : mark.end()]
        begin = mark if mark[1] == "begin" else None


def replaced(text: str, new: dict[str, str]) -> tuple[str, bool]:
    """The text with its generated blocks replaced by those of the same name, and whether it had any."""
    parts, position, there = [], 0, False
    for name, block in blocks(text):
        start = text.index(block, position)
        parts += [text[position:start], new.get(name, block)]
        position, there = start + len(block), True
    return "".join([*parts, text[position:]]), there


def merged_metadata(old: str, new: ModelCard, licensed: bool) -> str:
    """YAML of the old metadata, as it was written, with the generated keys replaced by those of the new card."""
    kept = parsed(old)
    data: Any = copy.copy(new.data)
    theirs = kept.get("tags")
    data.tags = list(dict.fromkeys([*(data.tags or []), *_own_tags(theirs if isinstance(theirs, list) else [theirs])]))
    dropped = set(GENERATED)
    if not licensed and _asks_for_more(kept, data):
        for key in LICENSE:
            setattr(data, key, None)
        dropped -= set(LICENSE)
    if not data.datasets:
        dropped.discard("datasets")
    generated = parsed(data.to_yaml())
    theirs_as_written = "".join(chunk for key, chunk in chunks(old) if key not in dropped)
    written = theirs_as_written + data.to_yaml().strip() + "\n"
    expected = {key: value for key, value in kept.items() if key not in dropped} | generated
    return written if says(written, expected) else _dumped(expected)


def parsed(front: str) -> dict[Any, Any]:
    """Front matter as a mapping. Raises: HubError."""
    import yaml

    try:
        found = yaml.safe_load(front)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError, AttributeError, OverflowError) as error:
        # Only the first is meant; the others escape from values such as 2026-99-99.
        raise _unreadable(str(error).splitlines()[0] if str(error) else type(error).__name__) from None
    if found is not None and not isinstance(found, dict):
        raise _unreadable(f"they are {type(found).__name__}, not a mapping")
    return found or {}


def says(written: str, expected: dict[Any, Any]) -> bool:
    """Whether YAML holds every key once, and what is expected, as far as that can be compared without following it."""
    import yaml

    try:
        found = parsed(written)
        keys = [getattr(key, "value", None) for key, _ in yaml.compose(written, Loader=yaml.SafeLoader).value]
    except (HubError, yaml.YAMLError, RecursionError):
        return False
    once = all(isinstance(key, str) for key in keys) and len(set(keys)) == len(keys)
    return once and found.keys() == expected.keys() and all(_alike(found[key], expected[key]) for key in found)


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


def _alike(one: Any, other: Any) -> bool:
    """Whether two values are the same; of lists and mappings, which may be deep or hold themselves, only the length."""
    if isinstance(one, (list, dict)):
        return type(one) is type(other) and len(one) == len(other)
    return repr(one) == repr(other)


def _asks_for_more(kept: dict[Any, Any], data: Any) -> bool:
    """Whether a card has a licence that must not be loosened: a person knows more than nothing."""
    license = kept.get("license")
    if not isinstance(license, str) or license == UNKNOWN or data.license == "other":
        return False
    if license == "other" or data.license == UNKNOWN:
        return True
    return conditions(license) > conditions(data.license)


def _dumped(expected: dict[Any, Any]) -> str:
    """Metadata of an unusual form, written anew."""
    import yaml

    return yaml.safe_dump(expected, sort_keys=False, allow_unicode=True)


def _own_tags(tags: list[Any]) -> list[str]:
    """Tags that a person added: not names of architectures, which tell what was there before."""
    ours = {found.entry.name for found in registry.entries(entries.Architecture, deprecated=True)}
    return [tag for tag in tags if isinstance(tag, str) and tag not in ours]


def _unreadable(why: str) -> HubError:
    return HubError(
        f"the metadata of the card that is there cannot be read: {redacted(why)}",
        hint="mend what stands between the lines --- of its README.md, then push again",
    )

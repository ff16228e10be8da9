"""The code blocks of a Markdown page, and what the page says about running them.

A comment on the line before a block says what the block alone does not:

    <!-- not run: REASON -->                 the whole block stays out
    <!-- not run "verify", "bench": REASON -->   of its commands, those with one of these words do
    <!-- file: PATH -->                      the block is written to this file

A `text` block is what the block before it prints; "..." in it stands for anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FENCED = re.compile(
    r"^(?:<!-- (?P<mark>.*?) -->\n)?```(?P<language>[^\n`]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
NOT_RUN = re.compile(r'not run(?P<words>(?:,? "[^"]+")*): (?P<reason>.+)')
RUN = ("python", "sh")
DATA = ("toml", "json", "yaml")


@dataclass(frozen=True)
class Block:
    """One fenced block.

    Args:
        language: of its opening line; directives of the page builder begin with "{".
        line: of its first line of code, counted from 1.
        file: where it is to be written, if anywhere.
        reason: why it, or its lines with one of `words`, is not run.
    """

    language: str
    code: str
    line: int
    file: str | None = None
    reason: str | None = None
    words: tuple[str, ...] = ()

    @property
    def left_out(self) -> bool:
        return self.reason is not None and not self.words

    @property
    def commands(self) -> list[str]:
        """The lines of a block of commands that are to be run, without what follows a #."""
        whole = self.code.replace("\\\n", " ")
        lines = [re.sub(r"(^|\s)#.*", "", line).strip() for line in whole.splitlines()]
        return [line for line in lines if line and not any(word in line for word in self.words)]


def blocks_of(text: str) -> list[Block]:
    """All fenced blocks of a page but the page builder's directives. Raises: ValueError for a mark without meaning."""
    found = []
    for match in FENCED.finditer(text):
        if not match["language"].startswith("{"):
            line = text.count("\n", 0, match.start("code")) + 1
            found.append(Block(match["language"], match["code"], line, **meaning(match["mark"])))
    return found


def meaning(mark: str | None) -> dict[str, object]:
    """What a comment before a block says."""
    if mark is None:
        return {}
    if mark.startswith("file: "):
        return {"file": mark.removeprefix("file: ").strip()}
    if (said := NOT_RUN.fullmatch(mark)) is None:
        raise ValueError(f"{mark!r} says nothing that is known")
    return {"reason": said["reason"], "words": tuple(re.findall(r'"([^"]+)"', said["words"]))}

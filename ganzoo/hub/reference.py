"""What the text means by which a user names a model."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ganzoo.errors import ConfigError

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
REVISION = re.compile(r"[A-Za-z0-9][\w./-]{0,199}", re.ASCII)
COMMIT = re.compile(r"[0-9a-f]{40}")
BUNDLED = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FORMS = "a model is owner/repo or owner/repo@revision (Hub), ./folder (disk), or bundled:name (in the package)"


@dataclass(frozen=True)
class Reference:
    """A named model. `name` is a repository, a path, or the name of a bundled model."""

    kind: Literal["hub", "disk", "bundled"]
    name: str
    revision: str | None = None

    def __str__(self) -> str:
        prefix = "bundled:" if self.kind == "bundled" else ""
        return f"{prefix}{self.name}" + (f"@{self.revision}" if self.revision else "")


def parse(source: str | Path, revision: str | None = None) -> Reference:
    """Read "owner/repo[@revision]", "./folder", "../folder", "~/folder", an absolute path, a Path or "bundled:name".

    A folder that happens to be called "user/x" never stands for the Hub's user/x, nor the other way round.

    Args:
        revision: branch, tag or commit; for the Hub, and not beside one in the text.

    Raises: ConfigError for anything else.
    """
    text = os.fspath(source)
    if isinstance(source, Path) or text in (".", "..", "~") or text.startswith(("./", "../", "~/", ".\\", "..\\")):
        return _disk(text, revision)
    if Path(text).is_absolute():
        return _disk(text, revision)
    if text.startswith("bundled:"):
        name = text.removeprefix("bundled:")
        if revision is not None or not BUNDLED.fullmatch(name):
            raise ConfigError(f"{text!r} names no bundled model, which has no revision either", hint=FORMS)
        return Reference("bundled", name)
    repository, at, written = text.partition("@")
    if at and revision is not None and revision != written:
        raise ConfigError(f"{text!r} and revision={revision!r} name two revisions", hint="give one of them")
    revision = written if at else revision
    if not REPOSITORY.fullmatch(repository) or ".." in repository or "--" in repository:
        there = f"; the folder {text!r} would be './{text}'" if Path(text).exists() else ""
        raise ConfigError(f"{text!r:.200} names no model{there}", hint=FORMS)
    if revision is not None and (not REVISION.fullmatch(revision) or ".." in revision):
        raise ConfigError(f"{revision!r:.200} is no revision: a branch, a tag or a commit is", hint=FORMS)
    return Reference("hub", repository, revision)


def _disk(text: str, revision: str | None) -> Reference:
    if revision is not None:
        raise ConfigError(f"{text} is on disk and has no revisions", hint="leave revision out")
    return Reference("disk", text)

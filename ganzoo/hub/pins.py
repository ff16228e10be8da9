"""What was fetched and verified before, by commit: with it, a pinned model loads without asking anybody.

A pin says which files of a commit are in the client's cache, with their hashes; a name, that a branch or tag led to a
commit when the Hub was last asked. They stand beside the cache, never in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from ganzoo.files import sha256, write_json


def cache_directory(chosen: str | os.PathLike[str] | None = None) -> Path:
    """The client's cache, by the client's own rules but without importing it."""
    environment = os.environ
    if chosen is not None:
        return Path(chosen).expanduser()
    if cache := environment.get("HF_HUB_CACHE") or environment.get("HUGGINGFACE_HUB_CACHE"):
        return Path(os.path.expandvars(cache)).expanduser()
    home = environment.get("HF_HOME") or os.path.join(environment.get("XDG_CACHE_HOME") or "~/.cache", "huggingface")
    return Path(os.path.expandvars(home)).expanduser() / "hub"


@dataclass
class Pin:
    """One commit of one repository in a cache."""

    cache: Path
    repository: str
    commit: str
    files: dict[str, str] = field(default_factory=dict)  # name -> sha256

    @property
    def directory(self) -> Path:
        """Where the client keeps the files of the commit."""
        return self.cache / ("models--" + self.repository.replace("/", "--")) / "snapshots" / self.commit

    @property
    def record(self) -> Path:
        return _records(self.cache, self.repository) / f"{self.commit}.json"

    def holds(self, names: Collection[str]) -> bool:
        """Whether all these files were verified and are still there; the small ones are hashed again."""
        return all(
            name in self.files
            and (self.directory / name).is_file()
            and (not name.endswith(".json") or sha256(self.directory / name) == self.files[name])
            for name in names
        )

    def keep(self) -> None:
        write_json(self.record, self.files)


def read(cache: Path, repository: str, commit: str) -> Pin:
    """The pin of a commit; an empty one if there is none, or if its record is damaged."""
    pin = Pin(cache, repository, commit)
    try:
        files = json.loads(pin.record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return pin
    if isinstance(files, dict) and all(isinstance(value, str) for value in files.values()):
        pin.files = files
    return pin


def remember(cache: Path, repository: str, revision: str, commit: str) -> None:
    """Note which commit a branch or tag leads to, for the time without network."""
    write_json(_records(cache, repository) / f"{quote(revision, safe='')}.name.json", commit)


def recall(cache: Path, repository: str, revision: str) -> str | None:
    """The commit that a branch or tag led to when the Hub was last asked."""
    try:
        commit = json.loads(
            (_records(cache, repository) / f"{quote(revision, safe='')}.name.json").read_text(encoding="utf-8")
        )
    except (OSError, ValueError):
        return None
    return commit if isinstance(commit, str) else None


def _records(cache: Path, repository: str) -> Path:
    return cache.parent / f"{cache.name}-ganzoo" / repository.replace("/", "--")

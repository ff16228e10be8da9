"""What the Hub stores: repositories, their commits, and files by content."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from dataclasses import dataclass, field

import yaml

LFS = re.compile(r".*\.(safetensors|png|bin|pt|pkl|npy)")


@dataclass(frozen=True)
class Blob:
    """A file's content, as git or as git LFS keeps it."""

    content: bytes
    lfs: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def git_oid(self) -> str:
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {len(self.content)}\n"
        kept = pointer.encode() if self.lfs else self.content
        return hashlib.sha1(b"blob %d\0" % len(kept) + kept).hexdigest()

    def listing(self, path: str) -> dict:
        item = {"type": "file", "path": path, "size": len(self.content), "oid": self.git_oid}
        if self.lfs:
            item["lfs"] = {"oid": self.sha256, "size": len(self.content), "pointerSize": 134}
        return item


@dataclass(frozen=True)
class Commit:
    oid: str
    parent: str | None
    message: str
    files: dict[str, Blob]


@dataclass
class Repository:
    """One repository: `refs` names commits, `commits` holds them all."""

    id: str
    private: bool = False
    gated: str | bool = False
    disabled: bool = False
    refs: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    downloads: int = 0
    counter: itertools.count = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.commit({".gitattributes": b"*.safetensors filter=lfs\n"}, "initial commit")

    @property
    def head(self) -> str:
        return self.refs["main"]

    def find(self, revision: str) -> Commit | None:
        """The commit of a branch, a tag, refs/pr/N or a full hash."""
        oid = self.refs.get(revision) or self.tags.get(revision) or revision
        return self.commits.get(oid)

    def files(self, revision: str = "main") -> dict[str, bytes]:
        commit = self.find(revision)
        assert commit is not None, revision
        return {path: blob.content for path, blob in commit.files.items()}

    def commit(self, files: dict[str, bytes | Blob | None], message: str, branch: str = "main", base: str = "") -> str:
        """Put files on top of a branch (None deletes one); returns the new commit."""
        parent = self.find(base or branch)
        kept = dict(parent.files) if parent else {}
        for path, content in files.items():
            if content is None:
                kept.pop(path, None)
            else:
                kept[path] = content if isinstance(content, Blob) else Blob(content, bool(LFS.fullmatch(path)))
        tree = json.dumps({path: blob.git_oid for path, blob in sorted(kept.items())})
        origin = parent.oid if parent else ""
        oid = hashlib.sha1(f"{self.id} {origin} {message} {tree} {next(self.counter)}".encode()).hexdigest()
        self.commits[oid] = Commit(oid, origin or None, message, kept)
        self.refs[branch] = oid
        return oid

    def card(self) -> dict:
        """The front matter of the README, or nothing where it is none."""
        text = self.files().get("README.md", b"").decode("utf-8", "replace")
        match = re.match(r"---\n(.*?)\n---", text, re.DOTALL)
        try:
            data = yaml.safe_load(match[1]) if match else {}
        except (yaml.YAMLError, RecursionError):
            data = {}
        return data if isinstance(data, dict) else {}

    def info(self, expand: list[str]) -> dict:
        card = self.card()
        tags = [str(tag) for tag in card.get("tags") or []]
        for key in ("library_name", "pipeline_tag"):
            tags += [str(card[key])] if card.get(key) else []
        tags += [f"license:{card['license']}"] if card.get("license") else []
        tags += [f"dataset:{name}" for name in card.get("datasets") or []]
        name = self.id.removeprefix("spaces/")
        everything = {
            "author": name.split("/")[0],
            "sha": self.head,
            "private": self.private,
            "gated": self.gated,
            "disabled": self.disabled,
            "downloads": self.downloads,
            "likes": 0,
            "tags": tags,
            "createdAt": "2026-01-01T00:00:00.000Z",
            "lastModified": "2026-01-02T00:00:00.000Z",
            "library_name": card.get("library_name"),
            "pipeline_tag": card.get("pipeline_tag"),
            "cardData": card,
            "model-index": card.get("model-index"),
            "siblings": [{"rfilename": path} for path in self.files()],
        }
        chosen = {key: value for key, value in everything.items() if not expand or key in expand}
        return {"_id": self.id.encode().hex()[:24], "id": name, "modelId": name, **chosen}

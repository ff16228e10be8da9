"""One commit of known bytes, and the comparison of what arrived with what was sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganzoo.errors import HubError, UntrustedFile
from ganzoo.hub import client
from ganzoo.model_config import DESCRIPTIONS, TRAINING
from ganzoo.model_directory import sha256

if TYPE_CHECKING:
    from huggingface_hub import HfApi

CARD = "README.md"


@dataclass
class Pushed:
    """What a push made, or would make (`commit` is None then).

    Args:
        files: name -> (bytes, sha256).
        removed: files of the model that was there before, which would be taken for this one's.
        notes: what the user should know, in sentences.
    """

    repository: str
    files: dict[str, tuple[int, str]]
    card: str
    commit: str | None = None
    url: str | None = None
    space: str | None = None
    removed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def told(repository: str, files: Mapping[str, bytes | Path], notes: list[str]) -> Pushed:
    """What these files are, before they are pushed."""
    described = {
        name: (content.stat().st_size, sha256(content))
        if isinstance(content, Path)
        else (len(content), hashlib.sha256(content).hexdigest())
        for name, content in sorted(files.items())
    }
    card = files[CARD]
    text = card.decode() if isinstance(card, bytes) else card.read_text("utf-8")
    return Pushed(repository, described, text, notes=notes)


def commit(
    api: HfApi,
    pushed: Pushed,
    files: Mapping[str, bytes | Path],
    branch: str,
    parent: str,
    create_pr: bool,
    message: str,
) -> None:
    """Commit files on a parent, and note in `pushed` what was made.

    Raises: HubError for a card that is refused, UntrustedFile, and what the client raises.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    operations: list[Any] = [
        CommitOperationAdd(name, str(content) if isinstance(content, Path) else content)
        for name, content in files.items()
    ]
    # A picture or a training state of the model that was there before would be taken for this one's.
    stale = {TRAINING, *DESCRIPTIONS} - set(files)
    pushed.removed = [file.path for file in api.get_paths_info(pushed.repository, sorted(stale), revision=parent)]
    operations += [CommitOperationDelete(name) for name in pushed.removed]
    try:
        made = api.create_commit(
            pushed.repository,
            operations,
            commit_message=message,
            revision=branch,
            create_pr=create_pr,
            parent_commit=parent,
        )
        pushed.commit, pushed.url = made.oid, made.pr_url or made.commit_url
    except Exception as error:
        # The commit may have been made, and only the answer lost on its way.
        landed = None if create_pr else _landed(api, pushed, files, branch, parent)
        if landed is None and type(error) is ValueError:  # so the client says that; answers of servers have kinds
            raise HubError(f"the Hub refuses the card of {pushed.repository}: {client.redacted(error)}") from None
        if landed is None:
            raise
        pushed.commit, pushed.url = landed, f"{client.endpoint()}/{pushed.repository}/commit/{landed}"
    for name in _different(api, pushed, files, pushed.commit):
        raise UntrustedFile(
            f"{pushed.repository}: {name} did not arrive as it was sent (commit {pushed.commit})", hint="push again"
        )


def _different(api: HfApi, pushed: Pushed, files: Mapping[str, bytes | Path], commit: str) -> list[str]:
    """The files that a commit does not hold as they were sent."""
    listed = {file.path: file for file in api.get_paths_info(pushed.repository, list(files), revision=commit)}
    return [name for name, content in files.items() if not is_the_same(listed.get(name), content, pushed.files[name])]


def _landed(api: HfApi, pushed: Pushed, files: Mapping[str, bytes | Path], branch: str, parent: str) -> str | None:
    """The head of a branch if it has moved on from the parent to exactly what was sent; None too if that is unknown."""
    with suppress(Exception):  # the first failure is the one to tell of
        head = api.model_info(pushed.repository, revision=branch, expand=["sha"]).sha
        if head and head != parent and not _different(api, pushed, files, head):
            return head
    return None


def is_the_same(listed: Any, content: bytes | Path, known: tuple[int, str]) -> bool:
    """Whether the Hub lists a file as what was sent: by its size, and by the hash that the Hub keeps of it."""
    size, digest = known
    if getattr(listed, "size", None) != size:
        return False
    if listed.lfs is not None:
        return listed.lfs.sha256 == digest
    return listed.blob_id == git_hash(content.read_bytes() if isinstance(content, Path) else content)


def git_hash(content: bytes) -> str:
    """The name of a file's content in git."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()

"""Fetching a model: resolve once to a commit, take files by exact name at that commit, and hash every one."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganzoo.errors import ConfigError, ModelDirectoryError, NotCached, UntrustedFile, WriteError
from ganzoo.files import sha256
from ganzoo.hub import client, pins
from ganzoo.hub.reference import COMMIT, parse
from ganzoo.model_config import CONFIG, MODEL, TRAINING

if TYPE_CHECKING:
    from huggingface_hub import HfApi

LARGEST = {CONFIG: 64 * 1024, MODEL: 64 * 2**30, TRAINING: 64 * 2**30}


@dataclass(frozen=True)
class Pulled:
    """A model of the Hub on this machine."""

    repository: str
    commit: str
    directory: Path

    def __str__(self) -> str:
        return f"{self.repository}@{self.commit}"


def pull(
    repository: str,
    *,
    revision: str | None = None,
    training: bool = False,
    token: str | bool | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    local_files_only: bool = False,
) -> Pulled:
    """Bring a model into the Hub's cache, where `ganzoo.load` finds it with or without network.

    Args:
        repository: "owner/repo" or "owner/repo@revision".
        revision: branch, tag or commit; "main" if neither names one. A commit that was verified before is not asked
            for again; a branch or tag always is, so that a repository that was taken down is noticed.
        training: also fetch the live weights of all players, for fine-tuning.
        token: None for the one that is logged in, False for none.
        cache_dir: instead of the client's own.
        local_files_only: ask nobody; what the branch led to at the last time counts.

    Raises: RepositoryMissing, AccessDenied, RevisionMissing, NotCached, HubUnreachable, UntrustedFile,
        ModelDirectoryError if the repository holds no ganzoo model.
    """
    reference = parse(repository, revision)
    if reference.kind != "hub":
        raise ConfigError(f"{repository} is not on the Hub", hint="owner/repo or owner/repo@revision")
    name, wanted = reference.name, reference.revision or "main"
    cache, names = pins.cache_directory(cache_dir), [CONFIG, MODEL, *([TRAINING] if training else [])]
    pinned = wanted if COMMIT.fullmatch(wanted) else None
    if local_files_only or client.offline():
        pinned = pinned or pins.recall(cache, name, wanted)
    if pinned is not None:
        pin = pins.read(cache, name, pinned)
        if pin.holds(names):
            return Pulled(name, pinned, pin.directory)
    if local_files_only or client.offline():
        raise NotCached(
            f"{reference} is not in the cache {cache}, and the network is switched off",
            hint=f"with network: ganzoo pull {reference}" + (" --training" if training else ""),
        )
    with client.errors_of(str(reference), "load"):
        return _fetch(client.api(token), name, wanted, names, cache)


def _fetch(api: HfApi, repository: str, revision: str, names: list[str], cache: Path) -> Pulled:
    commit = api.model_info(repository, revision=revision, expand=["sha"]).sha or ""
    if not COMMIT.fullmatch(commit):
        raise UntrustedFile(f"{repository}: the Hub names {commit!r:.80} as its commit")
    pin = pins.read(cache, repository, commit)
    if not pin.holds(names):
        listed = {file.path: file for file in api.get_paths_info(repository, names, revision=commit)}
        for name in names:
            _check_listing(repository, name, listed.get(name))
        for name in names:
            path = Path(api.hf_hub_download(repository, name, revision=commit, cache_dir=cache))
            if path != pin.directory / name:
                raise UntrustedFile(f"{repository}: the Hub serves {name} of another commit than {commit}")
            _check_content(repository, path, listed[name])
            pin.files[name] = sha256(path)
        _note(pin.keep)
    if revision != commit and pins.recall(cache, repository, revision) != commit:
        _note(lambda: pins.remember(cache, repository, revision, commit))
    return Pulled(repository, commit, pin.directory)


def _note(write: Callable[[], None]) -> None:
    """Write a note beside the cache. A cache that is read-only goes without, so that the Hub is asked again."""
    try:
        write()
    except WriteError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in (errno.ENOSPC, errno.EDQUOT):
            raise


def _check_listing(repository: str, name: str, file: Any) -> None:
    """Raises ModelDirectoryError if the repository has no such file, UntrustedFile if its size cannot be."""
    if file is None or not hasattr(file, "blob_id"):
        hint = {
            TRAINING: "it was pushed without --with-training-state",
            MODEL: "weights of other formats are never loaded; ganzoo reads safetensors alone",
        }.get(name, "it is not a ganzoo model")
        raise ModelDirectoryError(f"{repository} has no file {name}", hint=hint)
    if not 0 < file.size <= LARGEST[name]:
        raise UntrustedFile(f"{repository}: {name} has {file.size} bytes; between 1 and {LARGEST[name]} are allowed")


def _check_content(repository: str, path: Path, file: Any) -> None:
    """Compare a download with the repository's own listing; what differs is removed from the cache."""
    if path.stat().st_size == file.size:
        found = sha256(path) if file.lfs is not None else _git_hash(path)
        if found == (file.lfs.sha256 if file.lfs is not None else file.blob_id):
            return
    path.resolve().unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    raise UntrustedFile(
        f"{repository}: {path.name} is not the file that the repository lists: its hash differs",
        hint="it was removed from the cache: try again; if it stays so, do not trust the connection",
    )


def _git_hash(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()

"""Pushing a model: every byte prepared here, one atomic commit on a known parent, and a look at what arrived."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganzoo import model_directory
from ganzoo.errors import ConfigError, HubError, ModelDirectoryError, UntrustedFile
from ganzoo.gan import GAN
from ganzoo.hub import client
from ganzoo.hub.card import card_of, merge
from ganzoo.hub.card_facts import PICTURES, SCORES
from ganzoo.hub.reference import parse
from ganzoo.hub.serving.files import serving_files, space_files
from ganzoo.hub.showing import add_pictures
from ganzoo.model_config import CONFIG, MODEL, TRAINING, read_config

if TYPE_CHECKING:
    from huggingface_hub import HfApi, ModelCard

CARD = "README.md"


@dataclass
class Pushed:
    """What a push made, or would make (`commit` is None then). files: name -> (bytes, sha256)."""

    repository: str
    files: dict[str, tuple[int, str]]
    card: str
    commit: str | None = None
    url: str | None = None
    space: str | None = None
    removed: list[str] = field(default_factory=list)


def push(
    model: GAN | str | Path,
    repository: str,
    *,
    private: bool | None = None,
    revision: str | None = None,
    create_pr: bool = False,
    message: str | None = None,
    license: str | None = None,
    with_training_state: bool = False,
    space: bool = False,
    token: str | bool | None = None,
    dry_run: bool = False,
) -> Pushed:
    """Push a model to the Hub as one commit: config, weights, card, pictures, and the files that serve it.

    Args:
        model: a GAN, a model directory, or the directory of a finished run.
        repository: "owner/repo"; it is made if there is none.
        private: whether a new repository is private; None leaves it to the account's settings.
        revision: branch; made from main if there is none.
        create_pr: open a pull request instead of changing the branch; works on repositories of others.
        message: of the commit.
        license: of the weights, as an SPDX id; None takes that of the data.
        with_training_state: also push the live weights of all players, for fine-tuning.
        space: also make a Space of the same name that shows the model.
        token: None for the one that is logged in.
        dry_run: only tell what would be pushed; asks nobody.

    A card that is there keeps what a person wrote: only its generated blocks and metadata are replaced.
    Raises: ModelDirectoryError for a model that would not load, ConfigError, AccessDenied, PushConflict if the
        repository changed meanwhile, HubUnreachable; the remote is then what it was.
    """
    reference = parse(repository, revision)
    if reference.kind != "hub":
        raise ConfigError(f"{repository} is no repository of the Hub", hint="owner/repo")
    name, branch = reference.name, reference.revision or "main"
    with tempfile.TemporaryDirectory(prefix="ganzoo-push-") as temporary:
        directory = prepare(model, Path(temporary), with_training_state)
        files, card = read_files(directory), card_of(directory, repository=name, license=license)
        if dry_run:
            return _told(name, {**files, CARD: str(card).encode()})
        with client.errors_of(name, "push"):
            api = client.api(token)
            parent = _parent(api, name, branch, private, create_pr)
            files[CARD] = _merged(api, name, parent, card).encode()
            told = _told(name, files)
            _commit(api, told, files, branch, parent, create_pr, message or "Push with ganzoo")
            if space and told.commit is not None:
                told.space = _push_space(api, name, told.commit, private)
        return told


def prepare(model: GAN | str | Path, temporary: Path, with_training_state: bool) -> Path:
    """A model directory with exactly what is to be pushed. Raises: ModelDirectoryError if it does not load."""
    if isinstance(model, GAN):
        source: Path = model_directory.save(model, temporary / "saved", live=model if with_training_state else None)
    else:
        source = Path(model).expanduser()
    run = source if not (source / MODEL).is_file() and (source / "model" / CONFIG).is_file() else None
    source = source / "model" if run is not None else source
    gan = model_directory.load(source)
    if with_training_state:
        model_directory.load(source, training=True)
    target = temporary / "pushed"
    target.mkdir()
    names = [MODEL, SCORES, *PICTURES, *([TRAINING] if with_training_state else [])]
    for name in names:
        if (source / name).is_file() and not (source / name).is_symlink():
            (target / name).write_bytes((source / name).read_bytes())
    config = read_config(source)
    config["weights"] = {name: known for name, known in config["weights"].items() if name in names}
    model_directory.write_json(target / CONFIG, config)
    add_pictures(gan, run, target)
    if not (target / MODEL).is_file():
        raise ModelDirectoryError(f"{source} has no {MODEL} of its own", hint="push the directory that was written")
    return target


def read_files(directory: Path) -> dict[str, bytes | Path]:
    """Name -> content of everything but the card; weights as paths, because they are large."""
    files: dict[str, bytes | Path] = dict(serving_files())
    for path in sorted(directory.iterdir()):
        files[path.name] = path if path.suffix == ".safetensors" else path.read_bytes()
    return files


def _told(repository: str, files: Mapping[str, bytes | Path]) -> Pushed:
    described = {}
    for name, content in sorted(files.items()):
        with open(content, "rb") if isinstance(content, Path) else io.BytesIO(content) as stream:
            described[name] = (stream.seek(0, 2), "")
            stream.seek(0)
            described[name] = (described[name][0], hashlib.file_digest(stream, "sha256").hexdigest())  # type: ignore[arg-type]
    card = files[CARD]
    return Pushed(repository, described, card.decode() if isinstance(card, bytes) else "")


def _parent(api: HfApi, repository: str, branch: str, private: bool | None, create_pr: bool) -> str:
    """The commit that the push builds upon; the repository and the branch are made if need be."""
    from huggingface_hub import errors

    try:
        main = api.model_info(repository, expand=["sha"]).sha or ""
    except errors.GatedRepoError:
        raise
    except errors.RepositoryNotFoundError:
        api.create_repo(repository, private=private, exist_ok=False)
        main = api.model_info(repository, expand=["sha"]).sha or ""
    if branch == "main":
        return main
    try:
        return api.model_info(repository, revision=branch, expand=["sha"]).sha or ""
    except errors.RevisionNotFoundError:
        if create_pr:
            raise
        api.create_branch(repository, branch=branch, revision=main)
        return main


def _merged(api: HfApi, repository: str, parent: str, card: ModelCard) -> str:
    """The card, put into the one that is there."""
    listed = api.get_paths_info(repository, [CARD], revision=parent)
    if not listed:
        return str(card)
    with tempfile.TemporaryDirectory(prefix="ganzoo-card-") as cache:
        old = Path(api.hf_hub_download(repository, CARD, revision=parent, cache_dir=cache)).read_bytes()
    return merge(old.decode("utf-8", "replace"), card)


def _commit(
    api: HfApi, told: Pushed, files: Mapping[str, bytes | Path], branch: str, parent: str, create_pr: bool, message: str
) -> None:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    operations: list[Any] = [
        CommitOperationAdd(name, str(content) if isinstance(content, Path) else content)
        for name, content in files.items()
    ]
    # A picture or a training state of the model that was there before would be taken for this one's.
    stale = {TRAINING, SCORES, *PICTURES} - set(files)
    told.removed = [file.path for file in api.get_paths_info(told.repository, sorted(stale), revision=parent)]
    operations += [CommitOperationDelete(name) for name in told.removed]
    try:
        made = api.create_commit(
            told.repository,
            operations,
            commit_message=message,
            revision=branch,
            create_pr=create_pr,
            parent_commit=parent,
        )
    except ValueError as error:
        raise HubError(f"the Hub refuses the card of {told.repository}: {client.redacted(error)}") from None
    told.commit, told.url = made.oid, made.pr_url or made.commit_url
    arrived = {file.path: file for file in api.get_paths_info(told.repository, list(files), revision=made.oid)}
    for name, (size, digest) in told.files.items():
        found = arrived.get(name)
        lfs = getattr(found, "lfs", None)
        if getattr(found, "size", None) != size or (lfs is not None and lfs.sha256 != digest):
            raise UntrustedFile(
                f"{told.repository}: {name} did not arrive as it was sent (commit {made.oid})", hint="push again"
            )


def _push_space(api: HfApi, repository: str, commit: str, private: bool | None) -> str:
    from huggingface_hub import CommitOperationAdd

    api.create_repo(repository, repo_type="space", space_sdk="gradio", private=private, exist_ok=True)
    operations = [CommitOperationAdd(name, content) for name, content in space_files(repository, commit).items()]
    api.create_commit(repository, operations, commit_message=f"Show {repository}@{commit[:8]}", repo_type="space")
    return f"{client.endpoint()}/spaces/{repository}"

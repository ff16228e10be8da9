"""Pushing a model: every byte prepared here, one atomic commit on a known parent, and a look at what arrived."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ganzoo.errors import ConfigError, GanzooError, HubError
from ganzoo.gan import GAN
from ganzoo.hub import client
from ganzoo.hub.card import card_of, merge
from ganzoo.hub.committing import CARD, Pushed, commit, told
from ganzoo.hub.preparing import LARGEST_CARD, card_beside, prepare, read_files
from ganzoo.hub.reference import parse
from ganzoo.hub.serving.files import distributions
from ganzoo.hub.serving.requirements import VARIABLE, unplaced
from ganzoo.hub.space import check_space, push_space

if TYPE_CHECKING:
    from huggingface_hub import HfApi

__all__ = ["Pushed", "push"]

FROM_A_FOLDER = "it was installed from a folder here"
PLACES = f"set {VARIABLE} to what pip installs ganzoo by (ganzoo @ git+https://...@COMMIT), plugins from such a place"


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
        license: of the weights, as an SPDX id, or LicenseRef-NAME for one of your own; None takes the most restrictive
            of the architecture's and the data's.
        with_training_state: also push the live weights of all players, for fine-tuning.
        space: also make a Space of the same name that shows the model, private if the model is.
        token: None for the one that is logged in.
        dry_run: only tell what would be pushed; asks nobody.

    A card that is there keeps what a person wrote: only its generated blocks and metadata are replaced. Where the
    repository has none, that holds for a README.md in the model's directory.
    Raises: ModelDirectoryError for a model that would not load, ConfigError, AccessDenied, PushConflict if the
        repository changed meanwhile, HubUnreachable. Nothing was committed to the model's repository then, unless the
        message names the commit; a repository or branch that was missing may have been made, and is empty or as main.
    """
    reference = parse(repository, revision)
    if reference.kind != "hub":
        raise ConfigError(f"{repository} is no repository of the Hub", hint="owner/repo")
    if space and create_pr:
        raise ConfigError("a Space shows a commit of the model, and a pull request may never become one")
    client.choose_transport()
    name, branch = reference.name, reference.revision or "main"
    with tempfile.TemporaryDirectory(prefix="ganzoo-push-") as temporary:
        directory = prepare(model, Path(temporary), with_training_state)
        files, card = read_files(directory), card_of(directory, repository=name, license=license)
        local = card_beside(model)
        licensed = license is not None
        own = merge(local, card, licensed=licensed) if local else str(card)
        missing = unplaced(distributions(directory))
        if space and missing:
            raise ConfigError(f"a Space could not install {', '.join(missing)}: {FROM_A_FOLDER}", hint=PLACES)
        notes = [f"its requirements.txt cannot say where to get {name}: {FROM_A_FOLDER}; {PLACES}" for name in missing]
        if dry_run:
            return told(name, {**files, CARD: own.encode()}, notes)
        with client.errors_of(name, "push"):
            api = client.api(token)
            if space:
                check_space(api, name)
            parent = _parent(api, name, branch, private, create_pr, own)
            theirs = _card_there(api, name, parent)
            files[CARD] = (own if theirs is None else merge(theirs, card, licensed=licensed)).encode()
            pushed = told(name, files, notes)
            commit(api, pushed, files, branch, parent, create_pr, message or "Push with ganzoo")
            if space and pushed.commit is not None:
                try:
                    with client.errors_of(name, "make a Space for"):
                        pushed.space = push_space(api, directory, name, pushed.commit)
                except GanzooError as error:
                    text = f"{error.message}; the model itself is pushed, as {name}@{pushed.commit}"
                    raise type(error)(text, hint=error.hint) from error.__cause__
        return pushed


def _parent(api: HfApi, repository: str, branch: str, private: bool | None, create_pr: bool, card: str) -> str:
    """The commit that the push builds upon; the repository and the branch are made if need be."""
    from huggingface_hub import errors

    try:
        there = api.model_info(repository, expand=["sha", "private"])
    except errors.GatedRepoError:
        raise
    except errors.RepositoryNotFoundError:
        client.validate_card(card)  # so that no empty repository is left behind by a card that is refused
        api.create_repo(repository, private=private, exist_ok=False)
        there = api.model_info(repository, expand=["sha", "private"])
    if private and not there.private and not create_pr:
        raise ConfigError(
            f"{repository} exists already, and is public",
            hint=f"make it private first, on {client.endpoint()}/{repository}/settings, or choose another name",
        )
    main = there.sha or ""
    if branch == "main":
        return main
    try:
        return api.model_info(repository, revision=branch, expand=["sha"]).sha or ""
    except errors.RevisionNotFoundError:
        if create_pr:
            raise
        api.create_branch(repository, branch=branch, revision=main)
        return main


def _card_there(api: HfApi, repository: str, parent: str) -> str | None:
    """The card of the repository; None where there is none. Raises: HubError for what is no text of a sensible size."""
    listed = api.get_paths_info(repository, [CARD], revision=parent)
    if not listed:
        return None
    trouble = HubError(
        f"{repository} has a {CARD} that is too large, or no UTF-8 text", hint="mend it, or remove it, then push again"
    )
    if getattr(listed[0], "size", LARGEST_CARD + 1) > LARGEST_CARD:
        raise trouble
    with tempfile.TemporaryDirectory(prefix="ganzoo-card-") as cache:
        old = Path(api.hf_hub_download(repository, CARD, revision=parent, cache_dir=cache)).read_bytes()
    try:
        return old.decode("utf-8")
    except UnicodeDecodeError:
        raise trouble from None

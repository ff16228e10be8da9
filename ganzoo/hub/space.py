"""A Space that shows a model: a page with samples, beside the model's repository."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ganzoo.errors import PushConflict
from ganzoo.hub import client
from ganzoo.hub.serving.files import space_files

if TYPE_CHECKING:
    from huggingface_hub import HfApi

APP = "app.py"
OURS = b"import ganzoo"


def check_space(api: HfApi, name: str) -> str | None:
    """The head of the Space; None if there is none. Raises: PushConflict if it shows something of somebody's own."""
    from huggingface_hub import errors

    try:
        head = api.space_info(name, expand=["sha"]).sha or ""
    except errors.RepositoryNotFoundError:
        return None
    if api.get_paths_info(name, [APP], revision=head, repo_type="space"):
        with tempfile.TemporaryDirectory(prefix="ganzoo-space-") as cache:
            file = api.hf_hub_download(name, APP, revision=head, repo_type="space", cache_dir=cache)
            if OURS not in Path(file).read_bytes():
                raise PushConflict(
                    f"the Space {name} has an {APP} that ganzoo did not write",
                    hint="push without --space, or move that Space to another name",
                )
    return head


def push_space(api: HfApi, directory: Path, name: str, commit: str) -> str:
    """Write the Space of a commit of the model in a directory; returns its address."""
    from huggingface_hub import CommitOperationAdd

    parent = check_space(api, name)
    if parent is None:
        private = api.model_info(name, expand=["private"]).private
        api.create_repo(name, repo_type="space", space_sdk="gradio", private=private, exist_ok=False)
        parent = api.space_info(name, expand=["sha"]).sha
    api.create_commit(
        name,
        [CommitOperationAdd(path, content) for path, content in space_files(directory, name, commit).items()],
        commit_message=f"Show {name}@{commit[:8]}",
        repo_type="space",
        parent_commit=parent,
    )
    return f"{client.endpoint()}/spaces/{name}"

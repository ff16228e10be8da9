"""`ganzoo.load`: a model from the Hub, from disk, or from the package."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ganzoo import model_directory
from ganzoo.hub.bundled import directory_of
from ganzoo.hub.reference import parse

if TYPE_CHECKING:
    import torch

    from ganzoo.gan import GAN


def load(
    source: str | Path,
    *,
    revision: str | None = None,
    device: str | torch.device = "cpu",
    dtype: torch.dtype | None = None,
    token: str | bool | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    local_files_only: bool = False,
    training: bool = False,
    mmap: bool = False,
    compile: bool = False,
) -> GAN:
    """Load a trained model: data only, strictly matched, hashed; no code of a repository is ever run.

    Args:
        source: "owner/repo" or "owner/repo@revision" on the Hub; "./dir", "../dir", "~/dir", an absolute path or a
            Path on disk; "bundled:name" in the package.
        revision: branch, tag or commit on the Hub.
        device: where the weights go.
        dtype: of the floating-point weights, such as torch.float16; samples are float32 all the same.
        token, cache_dir, local_files_only: see `ganzoo.pull`.
        training: bring the live weights of all players instead of what sampling needs.
        mmap: leave the weights mapped from the file, on the CPU: quick, but they change if the file does.
        compile: compile the networks that sampling uses, at the first sample.

    Returns: the GAN, in evaluation mode; `source` names its repository and commit, or its directory.
    Raises: ConfigError, ModelDirectoryError, the registry's errors for an architecture that is not there, and those
        of `ganzoo.pull`.
    """
    reference = parse(source, revision)
    if reference.kind == "hub":
        from ganzoo.hub.pull import pull

        pulled = pull(
            str(reference), training=training, token=token, cache_dir=cache_dir, local_files_only=local_files_only
        )
        directory, origin = pulled.directory, str(pulled)
    else:
        directory = directory_of(reference.name) if reference.kind == "bundled" else Path(reference.name)
        origin = str(directory) if reference.kind == "disk" else str(reference)
    gan = model_directory.load(directory, device=device, dtype=dtype, training=training, mmap=mmap)
    gan.source = origin
    if compile:
        for name in gan.sampling:
            gan.get_submodule(name).compile()
    return gan

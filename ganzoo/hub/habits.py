"""What people expect who know the Hub's other libraries: `from_pretrained` and `push_to_hub` of a GAN."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from ganzoo.errors import CompatibilityError
from ganzoo.gan import GAN
from ganzoo.hub.loading import load
from ganzoo.hub.push import Pushed, push

G = TypeVar("G", bound=GAN)


def from_pretrained(kind: type[G], source: str | Path, **settings: Any) -> G:
    """`ganzoo.load`, for a known class. Raises: CompatibilityError if the model is of another."""
    gan = load(source, **settings)
    if not isinstance(gan, kind):
        raise CompatibilityError(f"{source} is a {type(gan).__name__}, not a {kind.__name__}", hint="use ganzoo.load")
    return gan


def push_to_hub(gan: GAN, repository: str, **settings: Any) -> Pushed:
    """`ganzoo.push`."""
    return push(gan, repository, **settings)

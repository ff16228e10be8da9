"""What the target of each kind of entry must be."""

from __future__ import annotations

from typing import Any


def what_it_should_be(kind: str, target: Any) -> tuple[bool, str]:
    """Whether the target is right for its kind, and what would be, in words."""
    if kind == "command":
        from click import Command

        return isinstance(target, Command), "a click command"
    base = _base(kind)
    if base is None:
        return callable(target) and not isinstance(target, type), "a function"
    return isinstance(target, type) and issubclass(target, base), f"a subclass of {base.__module__}.{base.__name__}"


def _base(kind: str) -> type | None:
    if kind == "architecture":
        from ganzoo.gan import GAN

        return GAN
    if kind == "loss":
        from ganzoo.losses import Loss

        return Loss
    if kind == "penalty":
        from ganzoo.penalties import Penalty

        return Penalty
    if kind == "technique":
        from ganzoo.techniques import Technique

        return Technique
    if kind == "latent":
        from ganzoo.latents.latent import Latent

        return Latent
    if kind == "importer":
        from ganzoo.importing.importer import Importer

        return Importer
    return None

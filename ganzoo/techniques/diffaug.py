"""DiffAugment: the critic sees all images through the same random changes, and gradients pass through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.nn.augmentation.blit import shifted
from ganzoo.nn.augmentation.cutout import cutout
from ganzoo.techniques.images import not_images
from ganzoo.techniques.streams_by_kind import StreamsByKind
from ganzoo.techniques.technique import Technique

Change = Literal["colour", "translation", "cutout"]


class DiffAugment(Technique):
    """Augments every image that a critic sees, real or generated, in every player's turn (arXiv:2006.10738).

    Args:
        policy: the changes, in order. "colour": brightness U(-0.5, 0.5), saturation U(0, 2) and contrast U(0.5, 1.5);
            "translation": whole pixels up to 1/8 of a side, zeros come in; "cutout": a square of half the side is 0.

    Penalties see through it, too: their gradients are those at the image before it was changed.
    """

    def __init__(self, *, policy: tuple[Change, ...] = ("colour", "translation", "cutout")) -> None:
        if not policy:
            raise ConfigError("diffaug without a policy changes nothing", hint='try policy=("translation", "cutout")')
        self.policy = tuple(policy)

    def refuses(self, gan: Any) -> str | None:
        return not_images(gan)

    def setup(self, run: Any) -> None:
        self.streams = StreamsByKind(self.rng)

    def critic_input(self, x: Tensor, kind: str) -> Tensor:
        for change in self.policy:
            x = CHANGES[change](x, self.streams[kind])
        return x

    def state_dict(self) -> dict[str, Any]:
        return self.streams.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.streams.load_state_dict(state)


def colour(x: Tensor, rng: torch.Generator) -> Tensor:
    """Brightness, then saturation (away from each pixel's grey), then contrast (away from the image's mean)."""
    light, purity, spread = torch.rand(3, len(x), 1, 1, 1, generator=rng, device=x.device, dtype=x.dtype)
    x = x + (light - 0.5)
    grey = x.mean(1, keepdim=True)
    x = torch.lerp(grey, x, 2 * purity)
    mean = x.mean((1, 2, 3), keepdim=True)
    return torch.lerp(mean, x, spread + 0.5)


def translation(x: Tensor, rng: torch.Generator) -> Tensor:
    """By whole pixels, up to an eighth of a side either way."""
    uniform = torch.rand(2, len(x), generator=rng, device=x.device)
    most = [int(side / 8 + 0.5) for side in x.shape[-2:]]
    shifts = [(u * (2 * far + 1)).floor().long() - far for u, far in zip(uniform, most, strict=True)]
    return shifted(x, torch.stack(shifts, 1))


def cut(x: Tensor, rng: torch.Generator) -> Tensor:
    """A square of half the side, anywhere with its centre in the image."""
    centre = torch.rand(len(x), 2, generator=rng, device=x.device, dtype=x.dtype)
    return cutout(x, centre, torch.ones(len(x), dtype=torch.bool, device=x.device))


CHANGES: dict[str, Callable[[Tensor, torch.Generator], Tensor]] = {
    "colour": colour,
    "translation": translation,
    "cutout": cut,
}

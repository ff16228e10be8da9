"""Points of a model's latent spaces, and what they look like.

"z"   the prior's: whatever `GAN.latent` draws
"w"   for models with styles, one style per sample, which is what the mapping network makes of z
"w+"  one style for every layer
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch import Tensor

from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.gan import GAN, Latents
from ganzoo.styled import Styled

Space = Literal["z", "w", "w+"]
SPACES: tuple[Space, ...] = ("z", "w", "w+")


@dataclass(frozen=True)
class Codes:
    """N points of a latent space, on the model's device.

    Args:
        space: where they lie.
        latent: parts of N rows; for "w" and "w+" what is left of it, such as noise, is used.
        batch: labels "y" (N,) of conditional models.
        styles: (N, num_styles or 1, style_dim) in "w" and "w+"; None in "z".
    """

    space: Space
    latent: Latents
    batch: dict[str, Tensor]
    styles: Tensor | None = None

    def __len__(self) -> int:
        return len(next(iter(self.latent.values())))

    def rows(self, chosen: slice | Tensor) -> Codes:
        """Some of the points."""
        latent, batch = ({name: value[chosen] for name, value in part.items()} for part in (self.latent, self.batch))
        return Codes(self.space, latent, batch, None if self.styles is None else self.styles[chosen])


def draw_codes(
    gan: GAN, seeds: Sequence[int], *, space: Space = "z", label: int | None = None, truncation: float | None = None
) -> Codes:
    """The point of sample 0 of each seed.

    Args:
        label: class of all of them, for conditional models; None takes that of the first seed.
        truncation: as in `GAN.sample`.

    Raises: NotSamplable for models without such a space, ConfigError.
    """
    check_space(gan, space)
    if not seeds:
        raise ConfigError("no seeds were given")
    drawn = [gan.draw(1, seed) for seed in seeds]
    latent = {name: torch.cat([one[name] for one in drawn]) for name in drawn[0]}
    if truncation is not None:
        latent = gan.truncate(latent, truncation)
    latent = {name: gan.placed(value) for name, value in latent.items()}
    labels = gan.choose_labels(1, label, seeds[0])
    batch = {} if labels is None else {"y": labels.expand(len(seeds)).to(gan.device)}
    codes = Codes("z", latent, batch)
    return codes if space == "z" else styled_codes(gan, codes, space)


def styled_codes(gan: Any, codes: Codes, space: Space) -> Codes:
    """The styles that the mapping network makes of points of "z"."""
    with gan.evaluation():
        return replace(codes, space=space, styles=gan.styles(codes.latent, codes.batch))


def check_space(gan: GAN, space: Space) -> None:
    """Raises: NotSamplable if a model has no such space, ConfigError if there is none of this name."""
    if space not in SPACES:
        raise ConfigError(f"there is no latent space {space!r}", hint=f"there are {', '.join(SPACES)}")
    if getattr(gan, "prior", None) is None or gan.translates:
        raise NotSamplable(f"{type(gan).__name__} has no latent prior to explore", hint="use sample instead")
    if space != "z" and not isinstance(gan, Styled):
        raise NotSamplable(f"{type(gan).__name__} has no styles, so that there is no space {space!r}", hint="use z")


def best_space(gan: GAN) -> Space:
    """ "w" where there are styles, else "z"."""
    return "w" if isinstance(gan, Styled) else "z"


def between(gan: GAN, first: Codes, second: Codes, t: float) -> Codes:
    """Points at the share t of the way: along the prior's own path in "z", straight in "w" and "w+".

    In "w" and "w+" everything but the styles stays the first's.
    """
    if first.styles is None or second.styles is None:
        return replace(first, latent=gan.interpolate_latents(first.latent, second.latent, t))
    return replace(first, styles=torch.lerp(first.styles, second.styles, t))


def joined(parts: Sequence[Codes]) -> Codes:
    """All points of several codes of one space."""

    def together(values: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
        return {name: torch.cat([value[name] for value in values]) for name in values[0]}

    styles = [part.styles for part in parts if part.styles is not None]
    return Codes(
        parts[0].space,
        together([part.latent for part in parts]),
        together([part.batch for part in parts]),
        torch.cat(styles) if styles else None,
    )


def render(gan: Any, codes: Codes, *, seed: int = 0, batch_size: int = 64) -> Tensor:
    """Samples (N, ...) of points, as `GAN.sample` returns them."""
    made = []
    with gan.evaluation(seed):
        for start in range(0, len(codes), batch_size):
            part = codes.rows(slice(start, start + batch_size))
            made.append(shown(gan, part))
    samples = torch.cat(made).float()
    return samples.clamp(-1, 1) if codes.styles is not None and samples.ndim == 4 else samples


def shown(gan: Any, codes: Codes) -> Tensor:
    """Samples of points, in whatever mode the model is, with gradients if they are asked for."""
    if codes.styles is None:
        return gan.generate(codes.latent, codes.batch)
    return gan.synthesise(codes.styles.expand(-1, gan.num_styles, -1), codes.latent)

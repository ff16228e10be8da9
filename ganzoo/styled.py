"""What a GAN has whose generator is steered by styles, layer by layer (StyleGAN, arXiv:1812.04948)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from torch import Tensor

from ganzoo.game import Batch


@runtime_checkable
class Styled(Protocol):
    """The latent spaces "w" (one style for all layers) and "w+" (one for each), beside "z".

    Attributes:
        num_styles: places that take a style, from the coarsest to the finest.
        style_dim: numbers in a style.
    """

    num_styles: int
    style_dim: int

    def styles(self, latent: dict[str, Tensor], batch: Batch) -> Tensor:
        """Styles (N, num_styles, style_dim) of latents, truncated as far as `GAN.truncate` asked for it."""

    def mean_style(self, batch: Batch) -> Tensor:
        """The tracked mean (style_dim,), or (N, style_dim) where each class has its own."""

    def synthesise(self, ws: Tensor, latent: dict[str, Tensor]) -> Tensor:
        """Samples of styles (N, num_styles, style_dim); of the latent only what is no style is used, such as noise."""

    def style_weights(self) -> Sequence[Tensor]:
        """For each of the num_styles places, the matrix (rows, style_dim) that its style first meets."""

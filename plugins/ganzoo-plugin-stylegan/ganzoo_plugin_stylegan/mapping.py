"""The mapping network: from latents, whose law is given, to styles, whose law is learnt (arXiv:1812.04948)."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from ganzoo.errors import ConfigError
from ganzoo.nn.pixel_norm import PixelNorm
from ganzoo_plugin_stylegan.dense import Dense


class Mapping(nn.Module):
    """Latents (N, latent_dim) and conditions (N, condition_dim) to styles w (N, style_dim).

    Latents are brought onto a sphere; conditions are embedded, brought onto one of their own, and put beside them.

    Args:
        latent_dim: 0 maps conditions alone, as a discriminator does.
        style_dim: numbers in a style.
        condition_dim: numbers in a condition (one-hot labels); 0 is unconditional.
        layers: fully connected ones; 0 leaves the embedded condition as it is.
        width: of the layers between; None means style_dim.
        embedding: numbers that a condition is embedded in; None means style_dim.
        rate: multiplier of the layers' learning rate.
        tracked: keep the mean style, which truncation pulls towards.
    """

    def __init__(
        self,
        *,
        latent_dim: int,
        style_dim: int,
        condition_dim: int = 0,
        layers: int = 8,
        width: int | None = None,
        embedding: int | None = None,
        rate: float = 0.01,
        tracked: bool = True,
    ) -> None:
        super().__init__()
        width = style_dim if width is None else width
        embedding = (style_dim if embedding is None else embedding) if condition_dim else 0
        if min(latent_dim, condition_dim, layers) < 0 or min(style_dim, width) < 1 or latent_dim + embedding < 1:
            raise ConfigError(
                f"latent_dim={latent_dim}, style_dim={style_dim}, mapping layers={layers} of width {width}, embedding="
                f"{embedding}: sizes are 1 or more"
            )
        if not rate > 0:
            raise ConfigError(f"rate={rate}: the multiplier of a learning rate is above 0")
        sizes = [latent_dim + embedding, *[width] * (layers - 1), style_dim][: layers + 1]
        if sizes[-1] != style_dim:
            raise ConfigError(f"without layers the mapping gives {sizes[-1]} numbers, not {style_dim}")
        self.condition_dim = condition_dim
        self.latent_dim = latent_dim
        self.norm = PixelNorm()
        self.embed: nn.Module | None = Dense(condition_dim, embedding) if condition_dim else None
        self.layers = nn.ModuleList(
            Dense(before, after, activate=True, rate=rate) for before, after in itertools.pairwise(sizes)
        )
        self.average: Tensor  # None unless it is tracked
        self.register_buffer("average", torch.zeros(style_dim) if tracked else None)

    def forward(self, z: Tensor | None, condition: Tensor | None = None) -> Tensor:
        parts = [] if z is None or not self.latent_dim else [self.norm(z)]
        if self.embed is not None:
            assert condition is not None
            parts.append(self.norm(self.embed(condition)))
        w = torch.cat(parts, 1) if len(parts) > 1 else parts[0]
        for layer in self.layers:
            w = layer(w)
        return w

    @torch.no_grad()
    def track(self, w: Tensor, decay: float, condition: Tensor | None = None) -> None:
        """Let the mean style follow styles (N, style_dim); `decay` is the share of it that stays."""
        self.average.lerp_(w.mean(0), 1 - decay)

    def mean(self, condition: Tensor | None) -> Tensor:
        """The mean style (style_dim,), or (N, style_dim) where each condition has its own."""
        return self.average

    def truncate(self, w: Tensor, psi: Tensor | float, condition: Tensor | None = None) -> Tensor:
        """Styles pulled towards the mean style: 1 leaves them, 0 is the mean (arXiv:1812.04948, appendix B)."""
        mean = self.mean(condition)
        if mean.ndim < w.ndim and mean.ndim > 1:
            mean = mean[:, None]
        return mean + (w - mean) * psi

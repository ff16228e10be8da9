"""GAN: two networks, one game (Goodfellow et al. 2014, arXiv:1406.2661).

The discriminator learns to tell real from generated; the generator learns to be taken for real. At the optimum the
discriminator answers p_data / (p_data + p_generated) and the generator's law is the data's.
A lazy version shares one optimiser, lets the discriminator's loss move the generator, or minimises what should be
maximised; the saturating `minimax` loss stops the generator whenever the discriminator is sure, which is why
`non-saturating` is the default, as the paper advises.

    latent (N, latent_dim) -> points (N, features) or images (N, C, H, W) -> logits (N,)
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn

from ganzoo.core.components import Component
from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Defaults
from ganzoo.gan import GAN, Latents
from ganzoo.latents.building import build_latent
from ganzoo.nn.flat import item_shape, items, numbers
from ganzoo.nn.mlp import MLP
from ganzoo.nn.spectral import spectral_norm


class RadialBasis(nn.Module):
    """Bumps around fixed random centres of the latent space, combined linearly: (N, latent_dim) to (N, outputs)."""

    def __init__(self, latent_dim: int, width: int, outputs: int) -> None:
        super().__init__()
        self.register_buffer("centres", torch.randn(width, latent_dim))
        self.output = nn.Linear(width, outputs)

    def forward(self, z: Tensor) -> Tensor:
        squared = (z[:, None, :] - self.centres).square().mean(2)  # (N, width)
        return self.output(torch.exp(-2.0 * squared))


class VanillaGAN(GAN):
    """The first GAN, on fully connected networks, for points and for small images.

    Args:
        features: numbers per point, for points.
        channels, image_size: for images, which are flattened.
        latent_dim: numbers in a latent; None means 2 for points and 64 for images.
        latent: the prior.
        generator: "mlp", or "rbf" for radial basis functions with a linear output.
        width, depth: of the generator's hidden layers.
        discriminator_width, discriminator_depth: of the discriminator's; None means the generator's.
        discriminator_normalisation: "none", or "spectral" for arXiv:1802.05957.
        packing: samples that the discriminator judges together (PacGAN, arXiv:1712.04086).
    """

    defaults = Defaults(
        optimizer={"name": "adam", "lr": 1e-3, "betas": (0.5, 0.999)}, batch_size=128, rounds=3000, ema=0.99
    )

    def __init__(
        self,
        *,
        features: int | None = None,
        channels: int | None = None,
        image_size: int | tuple[int, int] | None = None,
        latent_dim: int | None = None,
        latent: Component = "normal",
        generator: Literal["mlp", "rbf"] = "mlp",
        width: int = 128,
        depth: int = 3,
        discriminator_width: int | None = None,
        discriminator_depth: int | None = None,
        discriminator_normalisation: Literal["none", "spectral"] = "none",
        packing: int = 1,
    ) -> None:
        super().__init__()
        if min(width, depth, packing) < 1:
            raise ConfigError(f"width={width}, depth={depth}, packing={packing}: all must be 1 or more")
        self.shape, self.packing = item_shape(features, channels, image_size), packing
        outputs = numbers(self.shape)
        latent_dim = latent_dim or (2 if channels is None else 64)
        self.prior = build_latent(latent, dim=latent_dim)
        self.generator = (
            RadialBasis(latent_dim, width, outputs)
            if generator == "rbf"
            else MLP([latent_dim, *[width] * depth, outputs], activation="relu")
        )
        hidden = [discriminator_width or width] * (discriminator_depth or depth)
        self.discriminator = MLP([outputs * packing, *hidden, 1], activation="leaky-relu")
        if discriminator_normalisation == "spectral":
            spectral_norm(self.discriminator)

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        return items(self.generator(self.prior(latent)), self.shape)

    def discriminate(self, x: Tensor, batch: Batch) -> Tensor:
        return self.discriminator(x.flatten(1)).squeeze(1)

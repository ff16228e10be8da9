"""DCGAN: a convolutional GAN that trains (Radford, Metz and Chintala 2015, arXiv:1511.06434).

Against the plain GAN it fixes the shape of both networks: strided convolutions instead of pooling, batch
normalisation everywhere but at the generator's output and the discriminator's input, no hidden fully connected
layers, ReLU in the generator and leaky ReLU in the discriminator, tanh at the output, weights from N(0, 0.02).
A lazy version leaves out one of these rules; most often the two layers without batch normalisation.

    latent (N, 100) -> (N, 128, 4, 4) -> (N, 64, 8, 8) -> (N, 32, 16, 16) -> image (N, C, 32, 32)     width 32
"""

from __future__ import annotations

import itertools
from typing import Literal

from torch import Tensor, nn

from ganzoo.core.components import Component
from ganzoo.errors import ConfigError
from ganzoo.game import Defaults
from ganzoo.gan import GAN
from ganzoo.latents.building import build_latent
from ganzoo.nn.initialisation import dcgan_initialisation
from ganzoo.nn.spectral import spectral_norm

SMALLEST = 4


def stages_of(height: int, width: int) -> int:
    """How often an image can be halved before a side would fall below 4 pixels. Raises: ConfigError below 8."""
    if min(height, width) < 2 * SMALLEST:
        raise ConfigError(f"image_size={height}x{width} is too small: a convolutional GAN needs 8 pixels or more")
    return (min(height, width) // SMALLEST).bit_length() - 1


class Generator(nn.Module):
    """Latents (N, latent_dim) to images (N, channels, H, W) in [-1, 1]; sizes that are no power of two are cropped."""

    def __init__(self, latent_dim: int, channels: int, size: tuple[int, int], width: int) -> None:
        super().__init__()
        self.size = size
        stages = stages_of(*size)
        start = [-(-side // 2**stages) for side in size]
        widths = [width * 2**stage for stage in reversed(range(stages))]
        layers: list[nn.Module] = [
            nn.ConvTranspose2d(latent_dim, widths[0], tuple(start), bias=False),  # (N, widths[0], 4, 4)
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(inplace=True),
        ]
        for wide, narrow in itertools.pairwise(widths):
            layers += [
                nn.ConvTranspose2d(wide, narrow, 4, stride=2, padding=1, bias=False),
                nn.BatchNorm2d(narrow),
                nn.ReLU(inplace=True),
            ]
        layers += [nn.ConvTranspose2d(widths[-1], channels, 4, stride=2, padding=1), nn.Tanh()]
        self.layers = nn.Sequential(*layers)

    def forward(self, z: Tensor) -> Tensor:
        images = self.layers(z[:, :, None, None])
        top, left = ((side - kept) // 2 for side, kept in zip(images.shape[2:], self.size, strict=True))
        return images[:, :, top : top + self.size[0], left : left + self.size[1]]


class Discriminator(nn.Module):
    """Images (N, channels, H, W) to logits (N,)."""

    def __init__(self, channels: int, size: tuple[int, int], width: int, normalisation: str) -> None:
        super().__init__()
        stages = stages_of(*size)
        layers: list[nn.Module] = []
        before = channels
        for stage in range(stages):
            wide = width * 2**stage
            normalised = stage > 0 and normalisation == "batch"
            layers.append(nn.Conv2d(before, wide, 4, stride=2, padding=1, bias=not normalised))
            if normalised:
                layers.append(nn.BatchNorm2d(wide))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            before = wide
        layers.append(nn.Conv2d(before, 1, (size[0] >> stages, size[1] >> stages)))  # (N, 1, 1, 1)
        self.layers = nn.Sequential(*layers)

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images).flatten()


class DCGAN(GAN):
    """Deep convolutional GAN.

    Args:
        channels, image_size: of the images; one number for square ones, else (height, width).
        latent_dim: numbers in a latent.
        latent: the prior; the paper's is uniform.
        width: channels of the layers next to the image; each halving doubles them.
        discriminator_normalisation: "batch" as in the paper; "none" where penalties or a critic of single samples
            need it; "spectral" for arXiv:1802.05957.
        packing: samples that the discriminator judges together (PacGAN, arXiv:1712.04086).
    """

    defaults = Defaults(batch_size=64, rounds=10_000)

    def __init__(
        self,
        *,
        channels: int = 1,
        image_size: int | tuple[int, int] = 32,
        latent_dim: int = 100,
        latent: Component = "normal",
        width: int = 32,
        discriminator_normalisation: Literal["batch", "none", "spectral"] = "batch",
        packing: int = 1,
    ) -> None:
        super().__init__()
        if min(latent_dim, width, packing) < 1:
            raise ConfigError(f"latent_dim={latent_dim}, width={width}, packing={packing}: each must be 1 or more")
        size = (image_size, image_size) if isinstance(image_size, int) else image_size
        self.packing = packing
        self.prior = build_latent(latent, dim=latent_dim)
        self.generator = Generator(latent_dim, channels, size, width)
        self.discriminator = Discriminator(channels * packing, size, width, discriminator_normalisation)
        dcgan_initialisation(self)
        if discriminator_normalisation == "spectral":
            spectral_norm(self.discriminator)

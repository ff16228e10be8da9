"""StyleGAN (Karras et al. 2018, arXiv:1812.04948): styles control an image at every scale, noise its fine detail.

A latent enters through a mapping network, and nowhere else: the image grows from a learned constant, and each layer's
features are normalised and then scaled and shifted by the style. Noise per layer, with a learned strength, frees the
styles from making up what is random. Mixing the styles of two latents in training keeps scales apart. A lazy version
feeds the latent in at the bottom too, mixes nothing, or forgets to normalise.

    z (N, latent_dim) -> w (N, style_dim); constant (widths[0], 4, 4) -> ... -> image (N, channels, H, W)

The paper's networks grow in training, as ProGAN's do; StyleGAN2's paper found that there is no need of it, and here
they are built at full size. It has 512 numbers in latents and styles, channel_max 512 and channel_base 16384, and
R1 of weight 10, in every round, at 1024 pixels; as in StyleGAN2 it is lazy here, and weaker for fewer pixels.
"""

from __future__ import annotations

from typing import Literal

from ganzoo.errors import ConfigError
from ganzoo.game import Defaults
from ganzoo_plugin_stylegan.adaptive_synthesis import AdaptiveSynthesis
from ganzoo_plugin_stylegan.discriminator import Discriminator
from ganzoo_plugin_stylegan.mapping import Mapping
from ganzoo_plugin_stylegan.sizes import sizes_to, widths_of
from ganzoo_plugin_stylegan.style_based import Generator, StyleBased

BINOMIAL = (1.0, 2.0, 1.0)


class StyleGAN(StyleBased):
    """Features normalised, and scaled by styles.

    Args:
        channels, image_size: of square images whose size is 8 or more, and 4 to 7 times a power of two.
        num_classes, conditional, latent_dim, noise, mixing, truncation_cutoff, average_decay: see `StyleBased`.
        style_dim: numbers in a style.
        mapping_layers, mapping_rate: of the mapping network; see `Mapping`.
        channel_base, channel_max: widths are channel_base / size, at most channel_max, in both networks.
        group_size: of the minibatch standard deviation; None makes the batch one group.
    """

    defaults = Defaults(
        penalties=({"name": "r1", "weight": 0.1, "every": 16},),
        optimizer={"name": "adam", "lr": 1e-3, "betas": (0.0, 0.99)},
        batch_size=16,
        rounds=10_000,
        ema=0.5 ** (16 / 10_000),
    )

    def __init__(
        self,
        *,
        channels: int = 3,
        image_size: int | tuple[int, int] = 32,
        num_classes: int | None = None,
        conditional: bool = False,
        latent_dim: int = 64,
        style_dim: int = 64,
        mapping_layers: int = 8,
        mapping_rate: float = 0.01,
        average_decay: float = 0.995,
        channel_base: int = 1024,
        channel_max: int = 64,
        noise: Literal["random", "constant", "none"] = "random",
        mixing: float = 0.9,
        truncation_cutoff: int | None = None,
        group_size: int | None = 4,
    ) -> None:
        super().__init__(
            latent_dim=latent_dim, num_classes=num_classes, conditional=conditional, noise=noise, mixing=mixing,
            truncation_cutoff=truncation_cutoff, average_decay=average_decay,
        )  # fmt: skip
        sizes = sizes_to(image_size)
        if len(sizes) < 2 or channels < 1:
            raise ConfigError(f"image_size={image_size}, channels={channels}: 8 pixels and a channel are needed")
        widths, condition_dim = widths_of(sizes, channel_base, channel_max, None), self.num_classes or 0
        self.generator = Generator(
            Mapping(
                latent_dim=latent_dim, style_dim=style_dim, condition_dim=condition_dim, layers=mapping_layers,
                rate=mapping_rate,
            ),
            AdaptiveSynthesis(
                style_dim=style_dim, channels=channels, sizes=sizes, widths=widths, noise=noise != "none",
                blur_filter=BINOMIAL,
            ),
        )  # fmt: skip
        self.discriminator = Discriminator(
            channels=channels, sizes=sizes, widths=widths, architecture="orig", condition_dim=condition_dim,
            group_size=group_size, resample_filter=BINOMIAL,
        )  # fmt: skip

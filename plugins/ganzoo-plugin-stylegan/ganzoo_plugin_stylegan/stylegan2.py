"""StyleGAN2 (Karras et al. 2019, arXiv:1912.04958), with the settings of its successor with ADA (arXiv:2006.06676).

A mapping network turns a latent into a style, which scales the weights of every convolution; each is then divided by
the norm that its output would have, in place of the normalisation that left droplets in StyleGAN's images. Images of
all sizes are added up ("skip"), the discriminator is residual. Steps in w should move an image as far wherever they
start (the path-length penalty), and both penalties are due only now and then. A lazy version forgets to scale such
penalties, modulates activations without demodulating, or mixes no styles.

    z (N, latent_dim) -> w (N, style_dim) -> (N, widths[0], 4, 4) -> ... -> image (N, channels, H, W); critic -> logit

Widths are min(channel_base / size, channel_max). The papers have 512 numbers in latents and styles, channel_max 512 and
channel_base 32768, halved at 256 pixels and below; they average weights with a half-life of 10,000 images and more. R1
should weigh more the more pixels there are: 10 at 1024 pixels, and by ADA's rule 0.0002 * pixels / batch size.
"""

from __future__ import annotations

from typing import Literal

from ganzoo.errors import ConfigError
from ganzoo.game import Defaults
from ganzoo_plugin_stylegan.discriminator import Discriminator
from ganzoo_plugin_stylegan.mapping import Mapping
from ganzoo_plugin_stylegan.sizes import sizes_to, widths_of
from ganzoo_plugin_stylegan.style_based import Generator, StyleBased
from ganzoo_plugin_stylegan.synthesis import Synthesis


class StyleGAN2(StyleBased):
    """Weights modulated by styles, and demodulated.

    Args:
        channels, image_size: of square images whose size is 8 or more, and 4 to 7 times a power of two.
        num_classes, conditional, latent_dim, noise, mixing, truncation_cutoff, average_decay: see `StyleBased`.
        style_dim: numbers in a style.
        mapping_layers, mapping_width, embedding, mapping_rate: of the mapping network; see `Mapping`.
        architecture: of the synthesis network; see `ganzoo_plugin_stylegan.synthesis`.
        channel_base, channel_max: widths are channel_base / size, at most channel_max.
        widths: of all sizes from the smallest, in place of these.
        clamp: largest value of a layer's output, for half precision; None leaves them.
        resample_filter: taps of the low-pass filter.
        critic_...: the same of the discriminator, where it differs; None means as the generator's. Its mapping, like
            `projection_dim`, is of the labels alone.
        group_size, group_features: of the minibatch standard deviation.
    """

    defaults = Defaults(
        penalties=({"name": "r1", "weight": 0.1, "every": 16}, {"name": "path-length", "weight": 2.0, "every": 4}),
        optimizer={"name": "adam", "lr": 2e-3, "betas": (0.0, 0.99)},
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
        mapping_width: int | None = None,
        embedding: int | None = None,
        mapping_rate: float = 0.01,
        average_decay: float = 0.995,
        architecture: Literal["skip", "resnet", "orig"] = "skip",
        channel_base: int = 1024,
        channel_max: int = 64,
        widths: tuple[int, ...] | None = None,
        noise: Literal["random", "constant", "none"] = "random",
        clamp: float | None = None,
        resample_filter: tuple[float, ...] = (1.0, 3.0, 3.0, 1.0),
        mixing: float = 0.9,
        truncation_cutoff: int | None = None,
        critic_architecture: Literal["resnet", "skip", "orig"] = "resnet",
        critic_channel_base: int | None = None,
        critic_channel_max: int | None = None,
        critic_widths: tuple[int, ...] | None = None,
        critic_clamp: float | None = None,
        critic_resample_filter: tuple[float, ...] | None = None,
        critic_mapping_layers: int = 8,
        critic_mapping_width: int | None = None,
        critic_embedding: int | None = None,
        critic_mapping_rate: float = 0.01,
        projection_dim: int | None = None,
        group_size: int | None = 4,
        group_features: int = 1,
    ) -> None:
        super().__init__(
            latent_dim=latent_dim, num_classes=num_classes, conditional=conditional, noise=noise, mixing=mixing,
            truncation_cutoff=truncation_cutoff, average_decay=average_decay,
        )  # fmt: skip
        sizes = sizes_to(image_size)
        if len(sizes) < 2 or channels < 1 or min(clamp or 1, critic_clamp or 1) <= 0:
            raise ConfigError(
                f"image_size={image_size}, channels={channels}, clamp={clamp}, critic_clamp={critic_clamp}: images "
                "have 8 pixels or more and a channel, and clamps are above 0"
            )
        condition_dim = self.num_classes or 0
        mapping = Mapping(
            latent_dim=latent_dim, style_dim=style_dim, condition_dim=condition_dim, layers=mapping_layers,
            width=mapping_width, embedding=embedding, rate=mapping_rate,
        )  # fmt: skip
        synthesis = Synthesis(
            style_dim=style_dim, channels=channels, sizes=sizes,
            widths=widths_of(sizes, channel_base, channel_max, widths), architecture=architecture,
            noise=noise != "none", clamp=clamp, resample_filter=resample_filter,
        )  # fmt: skip
        self.generator = Generator(mapping, synthesis)
        if critic_widths is None and (critic_channel_base, critic_channel_max) == (None, None):
            critic_widths = widths
        base = channel_base if critic_channel_base is None else critic_channel_base
        most = channel_max if critic_channel_max is None else critic_channel_max
        self.discriminator = Discriminator(
            channels=channels, sizes=sizes, widths=widths_of(sizes, base, most, critic_widths),
            architecture=critic_architecture, condition_dim=condition_dim, projection_dim=projection_dim,
            mapping={
                "layers": critic_mapping_layers, "width": critic_mapping_width, "embedding": critic_embedding,
                "rate": critic_mapping_rate,
            },
            group_size=group_size, group_features=group_features, clamp=critic_clamp,
            resample_filter=critic_resample_filter or resample_filter,
        )  # fmt: skip

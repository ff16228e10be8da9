"""StyleGAN3 (Karras et al. 2021, arXiv:2106.12423): details move with the objects, and do not stick to the pixels.

The image is a sampled continuous signal, and so are all features. Whatever would let a network see its pixels is taken
out: padding, noise per pixel, and nonlinearities whose new frequencies alias. "t" can be shifted, and "r", whose
convolutions see one pixel and whose filters are round, turned as well. A lazy version applies the nonlinearity at the
layers' own rate, or pads with zeros at the image's edge.

    z (N, latent_dim) -> w (N, style_dim); waves of the plane -> 14 filtered layers -> image (N, channels, H, W)

The paper has 512 numbers in latents and styles, channel_max 512 and channel_base 32768 ("t"), or twice both ("r").
"""

from __future__ import annotations

from collections.abc import Mapping as Settings
from typing import Any, Literal

import torch

from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Defaults, Player, Terms, Turn
from ganzoo_plugin_stylegan.alias_free_synthesis import OUTPUT_SCALE, AliasFreeSynthesis
from ganzoo_plugin_stylegan.class_mapping import ClassMapping
from ganzoo_plugin_stylegan.discriminator import Discriminator
from ganzoo_plugin_stylegan.fourier_input import placed
from ganzoo_plugin_stylegan.layer_plan import FIRST_CUTOFF, LayerPlan, plan_layers
from ganzoo_plugin_stylegan.mapping import Mapping
from ganzoo_plugin_stylegan.sizes import sizes_to, widths_of
from ganzoo_plugin_stylegan.style_based import Generator, StyleBased


class StyleGAN3(StyleBased):
    """Layers that do not alias.

    Args:
        channels, image_size: of square images whose size is 8 or more, and 4 to 7 times a power of two.
        num_classes, conditional, latent_dim, mixing, truncation_cutoff, average_decay: see `StyleBased`.
        style_dim: numbers in a style.
        mapping_layers, mapping_rate: of the mapping network; see `Mapping`.
        class_features: numbers per class of a table that embeds the labels; None embeds them with a layer.
        kind: "t" for convolutions that see 3 x 3 pixels, "r" for single ones and round filters.
        layers: of the synthesis network, before the one that makes the image.
        channel_base, channel_max: widths are channel_base / 2 / cutoff, at most channel_max.
        plans: every layer of the synthesis network by itself (`LayerPlan`), in place of these.
        bandwidth: of the input's waves, in cycles per side.
        filter_taps: of the low-pass filters, per factor.
        activation_rate: how many times their layer's rate nonlinearities sample at; 1 lets them alias.
        clamp: largest value of a layer's output; None leaves them.
        output_scale: of the image.
        magnitude_decay: share of a layer's tracked strength that a turn of the generator leaves in place.
        critic_...: of the discriminator, as StyleGAN2's.
        group_size, group_features: of the minibatch standard deviation.
    """

    defaults = Defaults(
        penalties=({"name": "r1", "weight": 2.0, "every": 16},),
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
        mapping_layers: int = 2,
        mapping_rate: float = 0.01,
        class_features: int | None = None,
        average_decay: float = 0.998,
        kind: Literal["t", "r"] = "t",
        layers: int = 14,
        channel_base: int = 1024,
        channel_max: int = 64,
        plans: tuple[Settings[str, Any], ...] | None = None,
        bandwidth: float = FIRST_CUTOFF,
        filter_taps: int = 6,
        activation_rate: int = 2,
        clamp: float | None = 256.0,
        output_scale: float = OUTPUT_SCALE,
        magnitude_decay: float = 0.999,
        mixing: float = 0.0,
        truncation_cutoff: int | None = None,
        critic_architecture: Literal["resnet", "skip", "orig"] = "resnet",
        critic_channel_base: int | None = None,
        critic_channel_max: int | None = None,
        critic_widths: tuple[int, ...] | None = None,
        critic_clamp: float | None = None,
        critic_resample_filter: tuple[float, ...] = (1.0, 3.0, 3.0, 1.0),
        critic_mapping_layers: int = 8,
        critic_mapping_width: int | None = None,
        critic_embedding: int | None = None,
        critic_mapping_rate: float = 0.01,
        projection_dim: int | None = None,
        group_size: int | None = 4,
        group_features: int = 1,
    ) -> None:
        super().__init__(
            latent_dim=latent_dim, num_classes=num_classes, conditional=conditional, noise="none", mixing=mixing,
            truncation_cutoff=truncation_cutoff, average_decay=average_decay,
        )  # fmt: skip
        sizes = sizes_to(image_size)
        if not 0 <= magnitude_decay <= 1 or min(filter_taps, activation_rate) < 1 or not bandwidth > 0:
            raise ConfigError(
                f"magnitude_decay={magnitude_decay}, filter_taps={filter_taps}, activation_rate={activation_rate}, "
                f"bandwidth={bandwidth}: a share in [0, 1], and numbers of 1 or more"
            )
        if plans is None:
            planned = plan_layers(
                sizes[-1], channels, layers=layers, channel_base=channel_base, channel_max=channel_max,
                kernel=3 if kind == "t" else 1,
            )  # fmt: skip
        else:
            planned = [LayerPlan.read(plan) for plan in plans]
            if not planned or (planned[-1].out_size, planned[-1].out_channels) != (sizes[-1], channels):
                raise ConfigError(f"the plans do not end with {channels} channels of {sizes[-1]} pixels")
        self.magnitude_decay = magnitude_decay
        classes = self.num_classes or 0
        if class_features is not None and not classes:
            raise ConfigError(f"class_features={class_features}: there are no classes", hint="leave it out")
        mapping: Mapping = (
            Mapping(latent_dim=latent_dim, style_dim=style_dim, condition_dim=classes, layers=mapping_layers,
                    rate=mapping_rate)
            if class_features is None
            else ClassMapping(latent_dim=latent_dim, style_dim=style_dim, num_classes=classes, features=class_features,
                              layers=mapping_layers, rate=mapping_rate)
        )  # fmt: skip
        synthesis = AliasFreeSynthesis(
            planned, style_dim=style_dim, bandwidth=bandwidth, filter_taps=filter_taps,
            activation_rate=activation_rate, radial=kind == "r", clamp=clamp, scale=output_scale,
        )  # fmt: skip
        self.generator = Generator(mapping, synthesis)
        base = channel_base if critic_channel_base is None else critic_channel_base
        most = channel_max if critic_channel_max is None else critic_channel_max
        self.discriminator = Discriminator(
            channels=channels, sizes=sizes, widths=widths_of(sizes, base, most, critic_widths),
            architecture=critic_architecture, condition_dim=classes, projection_dim=projection_dim,
            mapping={
                "layers": critic_mapping_layers, "width": critic_mapping_width, "embedding": critic_embedding,
                "rate": critic_mapping_rate,
            },
            group_size=group_size, group_features=group_features, clamp=critic_clamp,
            resample_filter=critic_resample_filter,
        )  # fmt: skip

    def players(self) -> tuple[Player, ...]:
        discriminator, generator = super().players()
        return discriminator, Player(generator.name, generator.modules, generator.loss, optimizer={"lr": 2.5e-3})

    def generator_loss(self, batch: Batch, turn: Turn) -> Terms:
        with self.generator.synthesis.tracking(self.magnitude_decay):
            return super().generator_loss(batch, turn)

    @torch.no_grad()
    def place(self, *, turn: float = 0.0, shift: tuple[float, float] = (0.0, 0.0)) -> None:
        """Turn (radians) and then shift (x, y, in sides of the image) everything that is generated from now on."""
        angle = torch.tensor(turn, dtype=torch.float64)
        numbers = torch.stack([angle.cos(), angle.sin(), *torch.tensor(shift, dtype=torch.float64)])
        self.generator.synthesis.input.transform.copy_(placed(numbers[None])[0])

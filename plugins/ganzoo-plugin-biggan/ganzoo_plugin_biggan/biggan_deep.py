"""BigGAN-deep (Brock, Donahue and Simonyan 2018, arXiv:1809.11096, appendix B).

BigGAN on networks that are four times as deep and have fewer parameters: bottlenecks, and no convolution on the way
beside them. The generator drops channels there, the discriminator adds some. Every normalisation of the generator is
told the class's embedding and the whole latent, instead of a chunk of it.

    latent (N, latent_dim), label (N,) -> image (N, C, H, W);     image, label -> logits (N,)
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Literal

from ganzoo.core.components import Component
from ganzoo.errors import ConfigError
from ganzoo.gan import Latents
from ganzoo_plugin_biggan.class_conditional import ClassConditional
from ganzoo_plugin_biggan.conditional_generator import Frame
from ganzoo_plugin_biggan.deep_discriminator import DeepDiscriminator
from ganzoo_plugin_biggan.deep_generator import DeepGenerator
from ganzoo_plugin_biggan.widths import check_counts, check_multiples, check_places, doublings, multiples


class BigGANDeep(ClassConditional):
    """Class-conditional images from deeper networks than BigGAN's.

    Args:
        num_classes, channels, image_size: of the data; one number for square images, else (height, width).
        width: of the generator, a multiple of which every layer has; the paper has 128.
        discriminator_width: of the discriminator; None takes the generator's.
        latent_dim: numbers in a latent.
        embedding_dim: numbers in the embedding of a class.
        latent: the prior.
        attention_after: number of the generator's blocks after which self-attention stands, one for each place; None
            puts it where images have half their size, () leaves it out.
        discriminator_attention_after: likewise.
        multipliers: of `width`, before the generator's first block, and after each; they may not rise. None takes the
            paper's, two blocks for each size.
        doubling: for each of these blocks, whether it doubles the size; None lets every second one do so.
        discriminator_multipliers: likewise; they may not fall.
        halving: likewise; None lets the first and every second one after it halve the size.
        orthogonal: weight of the filters' overlap in the generator's loss.
        levels: of truncation that the normalisations keep statistics for.
        standing_passes: of 50 samples per level at the end of a run; 0 keeps the running statistics.
        truncation: "cut" cuts latents off; "scaled" scales them, as published weights were made to be sampled, and
            reads the table of statistics as pytorch-pretrained-BigGAN does.
        filters: of the generator's last convolution, if more than are used; published weights have `width`.
        eps, output_eps: of the generator's normalisations, and of the last of them (None takes eps).
    """

    def __init__(
        self,
        *,
        num_classes: int,
        channels: int = 3,
        image_size: int | tuple[int, int] = 32,
        width: int = 16,
        discriminator_width: int | None = None,
        latent_dim: int = 128,
        embedding_dim: int = 128,
        latent: Component = "normal",
        attention_after: tuple[int, ...] | None = None,
        discriminator_attention_after: tuple[int, ...] | None = None,
        multipliers: tuple[int, ...] | None = None,
        doubling: tuple[bool, ...] | None = None,
        discriminator_multipliers: tuple[int, ...] | None = None,
        halving: tuple[bool, ...] | None = None,
        orthogonal: float = 1e-4,
        levels: int = 8,
        standing_passes: int = 16,
        truncation: Literal["cut", "scaled"] = "cut",
        filters: int | None = None,
        eps: float = 1e-4,
        output_eps: float | None = None,
    ) -> None:
        super().__init__()
        check_counts(num_classes=num_classes, width=width, latent_dim=latent_dim, embedding_dim=embedding_dim)
        check_counts(discriminator_width=discriminator_width, levels=levels)
        if filters is not None and filters < channels:
            raise ConfigError(f"filters={filters}: images have {channels} channels")
        size = (image_size, image_size) if isinstance(image_size, int) else image_size
        stages = doublings(size)
        stage_multiples = multiples(stages)
        if multipliers is None:
            multipliers = (stage_multiples[0], *(m for pair in pairwise(stage_multiples) for m in pair))
        doubling = alternating(len(multipliers) - 1, first=False) if doubling is None else doubling
        check_blocks("multipliers", multipliers[::-1], "doubling", doubling)
        places = (2 * (stages - 1),) if attention_after is None else attention_after
        check_places("attention_after", places, len(doubling))
        frame = Frame(
            channels=channels,
            size=size,
            num_classes=num_classes,
            embedding_dim=embedding_dim,
            widths=[width * multiple for multiple in multipliers],
            doublings=sum(doubling),
            levels=levels,
            eps=eps,
            output_eps=eps if output_eps is None else output_eps,
            spectral=True,
            filters=filters,
        )
        self.generator = DeepGenerator(frame, latent_dim=latent_dim, doubling=doubling, attention_after=places)
        if discriminator_multipliers is None:
            discriminator_multipliers = (stage_multiples[-1], *(m for m in stage_multiples[-2::-1] for _ in range(2)))
        halving = alternating(len(discriminator_multipliers) - 1, first=True) if halving is None else halving
        check_blocks("discriminator_multipliers", discriminator_multipliers, "halving", halving)
        seen = (2,) if discriminator_attention_after is None else discriminator_attention_after
        check_places("discriminator_attention_after", seen, len(halving))
        self.discriminator = DeepDiscriminator(
            channels=channels,
            num_classes=num_classes,
            widths=[(discriminator_width or width) * multiple for multiple in discriminator_multipliers],
            halving=halving,
            attention_after=seen,
        )
        self.scaled = truncation == "scaled"
        if self.scaled and (levels < 2 or standing_passes):
            raise ConfigError(
                f"levels={levels}, standing_passes={standing_passes}: published weights bring statistics for 2 "
                "truncations or more, and keep them"
            )
        self.settle(
            num_classes=num_classes,
            latent=latent,
            latent_dim=latent_dim,
            orthogonal=orthogonal,
            levels=levels,
            standing_passes=standing_passes,
        )

    def truncate(self, latent: Latents, truncation: float) -> Latents:
        if not self.scaled:
            return super().truncate(latent, truncation)
        if not 0 < truncation <= 1:
            raise ConfigError(f"truncation={truncation}: these weights are sampled at more than 0, and 1 at most")
        return self.at_level({"z": truncation * latent["z"]}, published_level(truncation, self.levels))


def published_level(truncation: float, levels: int) -> float:
    """Where pytorch-pretrained-BigGAN finds its statistics for a truncation in (0, 1], in a table of so many rows.

    Row i is for i / (levels - 1). Between two rows its weights are exchanged: the lower row has the share that should
    be the upper one's. Published samples were made so, and are made so again here.
    """
    share, row = math.modf(truncation / (1 / (levels - 1)))
    return row + (1 - share if share else 0.0)


def alternating(blocks: int, *, first: bool) -> tuple[bool, ...]:
    """For so many blocks, whether each changes the size: every second one."""
    return tuple((place % 2 == 0) == first for place in range(blocks))


def check_blocks(name: str, rising: tuple[int, ...], flags_name: str, flags: tuple[bool, ...]) -> None:
    """Raises: ConfigError unless there is a flag per block, and no multiplier of these falls."""
    check_multiples(name, rising)
    if len(flags) != len(rising) - 1:
        raise ConfigError(f"{flags_name} has {len(flags)} flags, and {name} make {len(rising) - 1} blocks")
    if any(after < before for before, after in pairwise(rising)):
        raise ConfigError(f"{name}: blocks drop channels in the generator only, and add them in the discriminator only")

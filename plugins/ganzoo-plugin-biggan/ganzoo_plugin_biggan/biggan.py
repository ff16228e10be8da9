"""BigGAN (Brock, Donahue and Simonyan 2018, arXiv:1809.11096).

Residual networks with spectral normalisation in both players and self-attention at one size. The generator's batch
normalisation is told the class, through one embedding that all layers share, and a chunk of the latent of its own; the
discriminator judges the pair of image and class by a projection. Filters are kept from becoming alike, so that latents
may be truncated when sampling: fidelity is bought with variety, and normalisation then uses standing statistics of just
that truncation. A lazy version concatenates the class to the latent, or samples truncated latents with the running
statistics of whole ones.

    latent (N, slots * chunk_dim), label (N,) -> image (N, C, H, W);     image, label -> logits (N,)
"""

from __future__ import annotations

from typing import Literal

from ganzoo.core.components import Component
from ganzoo.errors import ConfigError
from ganzoo_plugin_biggan.class_conditional import ClassConditional
from ganzoo_plugin_biggan.conditional_generator import Frame
from ganzoo_plugin_biggan.discriminator import Discriminator
from ganzoo_plugin_biggan.generator import Generator
from ganzoo_plugin_biggan.widths import check_counts, check_multiples, check_places, doublings, multiples

PAPER_STAGES = 4  # 64 pixels; smaller images have a critic that halves them twice
SMALL_CRITIC = (4, 4, 4, 4)


class BigGAN(ClassConditional):
    """Class-conditional images, whose fidelity and variety are traded for each other when they are sampled.

    Args:
        num_classes, channels, image_size: of the data; one number for square images, else (height, width).
        width: of the generator, a multiple of which every layer has; the paper has 96.
        discriminator_width: of the discriminator; None takes the generator's.
        chunk_dim: numbers of the latent per slot; the paper has 20. There is a slot per block and one before.
        embedding_dim: numbers in the embedding of a class that all layers share; None gives every normalisation
            parameters per class of its own, which leaves no room for chunks.
        hierarchical: False gives the latent to the first layer only, in one slot.
        latent: the prior.
        attention_after: number of the generator's blocks after which self-attention stands, one for each place; None
            puts it where images have half their size, () leaves it out.
        discriminator_attention_after: likewise.
        multipliers: of `width`, before the generator's first block, and after each; None takes the paper's.
        discriminator_multipliers: likewise after each block.
        halvings: how many of the discriminator's blocks halve the size, from the first one on; None takes the paper's,
            and all blocks but the last where they have multipliers of their own.
        discriminator_wide: False changes channels in a block's second convolution.
        generator_normalisation: "none" leaves the generator without spectral normalisation.
        orthogonal: weight of the filters' overlap in the generator's loss.
        levels: of truncation that the normalisations keep statistics for.
        standing_passes: of 50 samples per level at the end of a run; 0 keeps the running statistics.
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
        chunk_dim: int = 20,
        embedding_dim: int | None = 128,
        hierarchical: bool = True,
        latent: Component = "normal",
        attention_after: tuple[int, ...] | None = None,
        discriminator_attention_after: tuple[int, ...] | None = None,
        multipliers: tuple[int, ...] | None = None,
        discriminator_multipliers: tuple[int, ...] | None = None,
        halvings: int | None = None,
        discriminator_wide: bool = True,
        generator_normalisation: Literal["spectral", "none"] = "spectral",
        orthogonal: float = 1e-4,
        levels: int = 8,
        standing_passes: int = 16,
        eps: float = 1e-5,
        output_eps: float | None = None,
    ) -> None:
        super().__init__()
        check_counts(num_classes=num_classes, width=width, chunk_dim=chunk_dim, levels=levels)
        check_counts(discriminator_width=discriminator_width, embedding_dim=embedding_dim, halvings=halvings)
        if hierarchical and embedding_dim is None:
            raise ConfigError(
                "chunks of the latent join the shared embedding, and there is none",
                hint="hierarchical=False, or an embedding_dim",
            )
        size = (image_size, image_size) if isinstance(image_size, int) else image_size
        stages = doublings(size)
        multipliers = multiples(stages) if multipliers is None else multipliers
        check_multiples("multipliers", multipliers)
        blocks = len(multipliers) - 1
        places = (blocks - 1,) if attention_after is None else attention_after
        check_places("attention_after", places, blocks)
        frame = Frame(
            channels=channels,
            size=size,
            num_classes=num_classes,
            embedding_dim=embedding_dim,
            widths=[width * multiple for multiple in multipliers],
            doublings=blocks,
            levels=levels,
            eps=eps,
            output_eps=eps if output_eps is None else output_eps,
            spectral=generator_normalisation == "spectral",
        )
        self.generator = Generator(frame, chunk_dim=chunk_dim, hierarchical=hierarchical, attention_after=places)
        if discriminator_multipliers is None:
            discriminator_multipliers = SMALL_CRITIC if stages < PAPER_STAGES else multiples(stages)[::-1]
            halvings = halvings or min(stages, 2 if stages < PAPER_STAGES else stages)
        check_multiples("discriminator_multipliers", discriminator_multipliers)
        seen = (1,) if discriminator_attention_after is None else discriminator_attention_after
        check_places("discriminator_attention_after", seen, len(discriminator_multipliers))
        self.discriminator = Discriminator(
            channels=channels,
            num_classes=num_classes,
            widths=[(discriminator_width or width) * multiple for multiple in discriminator_multipliers],
            halvings=halvings or len(discriminator_multipliers) - 1,
            wide=discriminator_wide,
            attention_after=seen,
        )
        self.settle(
            num_classes=num_classes,
            latent=latent,
            latent_dim=self.generator.latent_dim,
            orthogonal=orthogonal,
            levels=levels,
            standing_passes=standing_passes,
        )

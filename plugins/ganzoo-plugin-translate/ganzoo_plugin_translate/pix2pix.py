"""pix2pix: translation learnt from pairs (Isola et al. 2016, arXiv:1611.07004).

The critic judges patches of the pair (source, image), so it can tell an image of another source from the right one; an
L1 term ties the translation to the right answer where there is one, and the critic makes it sharp where there are
several. The only noise is dropout, which stays on when sampling. A lazy version hides the source from the critic, or
leaves out the ways across the U-Net.

    source (N, source_channels, H, W), dropout masks -> image (N, channels, H, W);  critic -> logits (N, 1, h, w)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import l1_loss

from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Defaults, Player, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo.nn.initialisation import dcgan_initialisation
from ganzoo.nn.patchgan import PatchDiscriminator, smallest_side
from ganzoo_plugin_translate.unet import UNet

DEEPEST = 8


class Pix2Pix(GAN):
    """A translation of images "source" into images "x", from pairs of them.

    Args:
        source_channels, channels, image_size: of the pairs; one number for square images, else (height, width).
        width: of the generator; the paper has 64.
        depth: halvings of the generator; None halves down to a pixel, at most 8 times.
        dropout: of the generator.
        critic_width, critic_layers: of the critic; the paper has 64 and 3, which makes patches of 70 pixels. None takes
            as many layers as the images have room for, at most 3.
        critic_normalisation: of its layers. The paper has "batch", and often a batch of one, where that is "instance".
        l1: weight of the distance to the right answer.
        adversarial: weight of the critic's verdict; 0 leaves the L1 term alone.
        conditional: False hides the source from the critic, which takes the idea away.
    """

    defaults = Defaults(batch_size=4, rounds=10_000, ema=None)
    sampling = ("generator",)
    translates = True

    def __init__(
        self,
        *,
        source_channels: int = 3,
        channels: int = 3,
        image_size: int | tuple[int, int] = 256,
        width: int = 32,
        depth: int | None = None,
        dropout: float = 0.5,
        critic_width: int = 32,
        critic_layers: int | None = None,
        critic_normalisation: Literal["instance", "batch"] = "batch",
        l1: float = 100.0,
        adversarial: float = 1.0,
        conditional: bool = True,
    ) -> None:
        super().__init__()
        if l1 < 0 or adversarial < 0 or critic_width < 1:
            raise ConfigError(
                f"l1={l1}, adversarial={adversarial}, critic_width={critic_width}: weights are 0 or more, a width 1"
            )
        self.size = (image_size, image_size) if isinstance(image_size, int) else image_size
        if critic_layers is None:
            critic_layers = max((n for n in (2, 3) if smallest_side(n) <= min(self.size)), default=1)
        if min(self.size) < smallest_side(critic_layers):
            raise ConfigError(
                f"image_size={image_size}: {critic_layers} critic_layers need {smallest_side(critic_layers)} pixels",
                hint="choose a smaller critic_layers, or larger images",
            )
        self.l1, self.adversarial, self.conditional = l1, adversarial, conditional
        self.source_channels = source_channels
        self.generator = UNet(
            in_channels=source_channels,
            out_channels=channels,
            width=width,
            depth=min(min(self.size).bit_length() - 1, DEEPEST) if depth is None else depth,
            dropout=dropout,
        )
        self.discriminator = PatchDiscriminator(
            channels=channels + (source_channels if conditional else 0),
            width=critic_width,
            layers=critic_layers,
            normalisation=critic_normalisation,
        )
        dcgan_initialisation(self)  # N(0, 0.02), section 6.2

    def players(self) -> Sequence[Player]:
        return (
            Player("discriminator", ("discriminator",), self.discriminator_loss, schedule="linear"),
            Player("generator", ("generator",), self.generator_loss, schedule="linear"),
        )

    def latent(self, n: int, rng: torch.Generator) -> Latents:
        """The masks of the dropout, 0 where a number is dropped and else 1, for images of the size of the data."""
        shapes = self.generator.mask_shapes(*self.size)
        kept = [torch.rand(n, *shape, generator=rng, device=rng.device) for shape in shapes]
        return {f"mask{i}": (mask >= self.generator.dropout).float() for i, mask in enumerate(kept)}

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        return self.generator(batch["source"], [latent[f"mask{i}"] for i in range(len(latent))])

    def discriminate(self, x: Tensor, batch: Batch) -> Tensor:
        """Logits (N, 1, h, w) of patches of the images, each beside its source."""
        return self.discriminator(torch.cat([batch["source"], x], 1) if self.conditional else x)

    def discriminator_loss(self, batch: Batch, turn: Turn) -> Terms:
        """Halved, which slows the critic down relative to the generator (section 3.3)."""
        return {name: term / 2 for name, term in super().discriminator_loss(batch, turn).items()}

    def generator_loss(self, batch: Batch, turn: Turn) -> Terms:
        fake = self.generate(self.latent(len(batch["x"]), turn.rng), batch)
        terms = {"l1": self.l1 * l1_loss(fake, batch["x"])}
        if self.adversarial:
            terms["adversarial"] = self.adversarial * self.fool(fake, batch)
        return terms

    def example_inputs(self, n: int) -> tuple[Latents, dict[str, Tensor]]:
        latent, batch = super().example_inputs(n)
        return latent, {**batch, "source": torch.zeros(n, self.source_channels or 0, *self.size, device=self.device)}

"""BiGAN: learning to encode without ever comparing a reconstruction (Donahue, Kraehenbuehl and Darrell 2016,
arXiv:1605.09782; the same as ALI, arXiv:1606.00704).

The discriminator sees pairs: a real sample with its code, (x, E(x)), or a generated one with its latent, (G(z), z).
Generator and encoder together, in one update, try to have each kind taken for the other, which at the optimum makes
each the inverse of the other although no loss compares x with G(E(x)). A lazy version adds a reconstruction loss,
shows the discriminator the sample alone, or updates the encoder apart from the generator.

    z (N, latent_dim) -> x;     x -> E(x) (N, latent_dim);     (x, z) side by side -> logits (N,)
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ganzoo.core.components import Component
from ganzoo.game import Batch, Defaults, Player, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo.latents.building import build_latent
from ganzoo.nn.flat import item_shape, items, numbers
from ganzoo.nn.mlp import MLP


class BiGAN(GAN):
    """A GAN with an encoder, on fully connected networks.

    Args:
        features: numbers per point, for points.
        channels, image_size: for images, which are flattened.
        latent_dim: numbers in a latent and in a code; None means 2 for points and 8 for images.
        latent: the prior.
        width, depth: of the hidden layers of all three networks.
        joint: whether the discriminator sees the latent beside the sample; False takes the idea away.
    """

    defaults = Defaults(
        optimizer={"name": "adam", "lr": 5e-4, "betas": (0.5, 0.999)}, batch_size=128, rounds=6000, ema=0.995
    )
    sampling = ("prior", "generator", "encoder")
    composes = frozenset({"loss"})

    def __init__(
        self,
        *,
        features: int | None = None,
        channels: int | None = None,
        image_size: int | tuple[int, int] | None = None,
        latent_dim: int | None = None,
        latent: Component = "uniform",
        width: int = 256,
        depth: int = 2,
        joint: bool = True,
    ) -> None:
        super().__init__()
        self.shape, self.joint = item_shape(features, channels, image_size), joint
        latent_dim = latent_dim or (2 if len(self.shape) == 1 else 8)
        hidden = [width] * depth
        self.prior = build_latent(latent, dim=latent_dim)
        self.generator = MLP([latent_dim, *hidden, numbers(self.shape)], "relu")
        self.encoder = MLP([numbers(self.shape), *hidden, latent_dim], "relu")
        self.discriminator = MLP([numbers(self.shape) + latent_dim * joint, *hidden, 1], "leaky-relu")

    def players(self) -> Sequence[Player]:
        return (
            Player("discriminator", ("discriminator",), self.discriminator_loss),
            Player("generator-and-encoder", ("prior", "generator", "encoder"), self.generator_loss),
        )

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        return items(self.generator(self.prior(latent)), self.shape)

    def encode(self, x: Tensor) -> Tensor:
        """The code (N, latent_dim) of samples x: where in the latent space they would come from."""
        return self.encoder(x.flatten(1))

    def judge_pair(self, x: Tensor, z: Tensor, kind: str) -> Tensor:
        """Logits (N,) that x is real and z its code."""
        flat = self.view(x, kind).flatten(1)
        return self.discriminator(torch.cat([flat, z], dim=1) if self.joint else flat).squeeze(1)

    def pair_logits(self, batch: Batch, turn: Turn) -> tuple[Tensor, Tensor]:
        """Logits of (x, E(x)) and of (G(z), z)."""
        x, latent = batch["x"], self.latent(len(batch["x"]), turn.rng)
        return (
            self.judge_pair(x, self.encode(x), "real"),
            self.judge_pair(self.generate(latent, batch), self.prior(latent), "fake"),
        )

    def discriminator_loss(self, batch: Batch, turn: Turn) -> Terms:
        return {"adversarial": self.loss.discriminator(*self.pair_logits(batch, turn))}

    def generator_loss(self, batch: Batch, turn: Turn) -> Terms:
        # Flipped labels: the encoder's pairs shall be taken for generated ones, the generator's for real ones.
        encoded_logits, generated_logits = self.pair_logits(batch, turn)
        return {
            "generator": self.loss.generator(generated_logits, encoded_logits),
            "encoder": self.loss.generator(-encoded_logits, -generated_logits),
        }

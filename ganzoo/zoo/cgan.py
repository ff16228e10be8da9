"""Conditional GAN (Mirza and Osindero 2014, arXiv:1411.1784).

Both networks are told what the sample should be: the label joins the latent at the generator's input and the sample at
the discriminator's, so that a sample is judged as "a real 7", not as "real". With `mismatch` the discriminator also
learns to refuse real samples that carry a wrong label (the third case of GAN-CLS, arXiv:1605.05396), and the generated
ones weigh half. A lazy version conditions the generator alone, which then has no reason to listen, or draws labels
uniformly when it samples, whatever the shares of the classes in the data.

    latent (N, 32) + one-hot label (N, K) -> item;     item + one-hot label -> logits (N,)
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from ganzoo.core.components import Component
from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Defaults, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo.latents.building import build_latent
from ganzoo.nn.flat import item_shape, items, numbers
from ganzoo.nn.mlp import MLP


class ConditionalGAN(GAN):
    """A GAN whose samples have the labels that were asked for, on fully connected networks.

    Args:
        num_classes: of the data; labels are drawn from their shares there unless they are given.
        features: numbers per point, for points.
        channels, image_size: for images, which are flattened.
        latent_dim: numbers in a latent.
        latent: the prior.
        width, depth: of the hidden layers of both networks.
        mismatch: show the discriminator real samples with wrong labels, too.
    """

    defaults = Defaults(
        optimizer={"name": "adam", "lr": 5e-4, "betas": (0.5, 0.999)}, batch_size=64, rounds=4000, ema=0.995
    )

    def __init__(
        self,
        *,
        num_classes: int,
        features: int | None = None,
        channels: int | None = None,
        image_size: int | tuple[int, int] | None = None,
        latent_dim: int = 32,
        latent: Component = "normal",
        width: int = 256,
        depth: int = 2,
        mismatch: bool = False,
    ) -> None:
        super().__init__()
        if num_classes < 2:
            raise ConfigError(f"num_classes={num_classes}: a condition needs two classes or more")
        self.num_classes, self.mismatch = num_classes, mismatch
        self.shape = item_shape(features, channels, image_size)
        self.prior = build_latent(latent, dim=latent_dim)
        hidden = [width] * depth
        self.generator = MLP([latent_dim + num_classes, *hidden, numbers(self.shape)], "relu")
        self.discriminator = MLP([numbers(self.shape) + num_classes, *hidden, 1], "leaky-relu")

    def with_label(self, x: Tensor, y: Tensor) -> Tensor:
        """(N, numbers + num_classes): flattened x beside the label's one-hot code."""
        return torch.cat([x.flatten(1), one_hot(y, self.num_classes).to(x.dtype)], dim=1)

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        return items(self.generator(self.with_label(self.prior(latent), batch["y"])), self.shape)

    def discriminate(self, x: Tensor, batch: Batch) -> Tensor:
        return self.discriminator(self.with_label(x, batch["y"])).squeeze(1)

    def discriminator_loss(self, batch: Batch, turn: Turn) -> Terms:
        if not self.mismatch:
            return super().discriminator_loss(batch, turn)
        turn.real = batch["x"]
        with torch.no_grad():
            turn.fake = self.generate(self.latent(len(turn.real), turn.rng), batch)
        y = batch["y"]
        shift = torch.randint(1, self.num_classes, y.shape, generator=turn.rng, device=y.device)
        wrong = {**batch, "y": (y + shift) % self.num_classes}
        real_logits = self.critic(turn.real, batch, "real")
        against_fake = self.loss.discriminator(real_logits, self.critic(turn.fake, batch, "fake"))
        against_wrong = self.loss.discriminator(real_logits, self.critic(turn.real, wrong, "real"))
        return {"adversarial": 0.5 * against_fake, "mismatch": 0.5 * against_wrong}

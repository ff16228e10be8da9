"""MAD-GAN: several generators that are driven apart (Ghosh et al. 2017, arXiv:1704.02906).

K generators share one discriminator, which answers K + 1 questions: is this real, and if not, which generator made it?
Each generator only tries to pass as real; but the discriminator can tell generators apart most easily when they make
different things, so its gradient pushes each into its own part of the data. A lazy version asks the discriminator
"real or fake" alone: K generators then specialise a little by chance, but nothing names them.

    latent (N, latent_dim) and generator index -> item -> logits (N, K + 1), the last one "real"
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from ganzoo.core.components import Component
from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Defaults, Player, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo.latents.building import build_latent
from ganzoo.nn.flat import item_shape, items, numbers
from ganzoo.nn.mlp import MLP
from ganzoo.nn.stacked_mlp import StackedMLP


class MADGAN(GAN):
    """Multi-agent diverse GAN, on fully connected networks.

    Args:
        features: numbers per point, for points.
        channels, image_size: for images, which are flattened.
        generators: how many.
        latent_dim: numbers in a latent; None means 2 for points and 32 for images.
        latent: the prior.
        width, depth: of the hidden layers of each network.
    """

    defaults = Defaults(
        optimizer={"name": "adam", "lr": 1e-3, "betas": (0.5, 0.999)}, batch_size=96, rounds=2500, ema=0.99
    )
    sampling = ("prior", "generators")
    composes = frozenset()

    def __init__(
        self,
        *,
        features: int | None = None,
        channels: int | None = None,
        image_size: int | tuple[int, int] | None = None,
        generators: int = 8,
        latent_dim: int | None = None,
        latent: Component = "normal",
        width: int = 128,
        depth: int = 3,
    ) -> None:
        super().__init__()
        if generators < 1:
            raise ConfigError(f"generators={generators}: at least 1 is needed")
        self.shape, self.count = item_shape(features, channels, image_size), generators
        latent_dim = latent_dim or (2 if len(self.shape) == 1 else 32)
        hidden = [width] * depth
        self.prior = build_latent(latent, dim=latent_dim)
        self.generators = StackedMLP(generators, [latent_dim, *hidden, numbers(self.shape)])
        self.discriminator = MLP([numbers(self.shape), *hidden, generators + 1], "leaky-relu")

    def players(self) -> Sequence[Player]:
        return (
            Player("discriminator", ("discriminator",), self.discriminator_loss),
            Player("generators", ("prior", "generators"), self.generator_loss),
        )

    def latent(self, n: int, rng: torch.Generator) -> Latents:
        drawn = self.prior.draw(n, rng)
        return {**drawn, "generator": torch.randint(self.count, (n,), generator=rng, device=rng.device)}

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        return items(self.generators.route(self.prior(latent), latent["generator"]), self.shape)

    def generate_by_each(self, n: int, turn: Turn) -> tuple[Tensor, Tensor]:
        """About n items in equal parts from every generator, and who made each: (K * M, *shape), (K * M,)."""
        each = -(-n // self.count)
        z = self.prior(self.prior.draw(self.count * each, turn.rng))
        made = items(self.generators(z.view(self.count, each, -1)).flatten(0, 1), self.shape)
        return made, torch.arange(self.count, device=z.device).repeat_interleave(each)

    def naming_logits(self, x: Tensor, kind: str) -> Tensor:
        """(N, K + 1): who made x; the last is nobody, x is real."""
        return self.discriminator(self.view(x, kind).flatten(1))

    def discriminator_loss(self, batch: Batch, turn: Turn) -> Terms:
        with torch.no_grad():
            fake, maker = self.generate_by_each(len(batch["x"]), turn)
        real_logits, fake_logits = self.naming_logits(batch["x"], "real"), self.naming_logits(fake, "fake")
        return {
            "real": cross_entropy(real_logits, maker.new_full((len(real_logits),), self.count)),
            "naming": cross_entropy(fake_logits, maker),
        }

    def generator_loss(self, batch: Batch, turn: Turn) -> Terms:
        fake, maker = self.generate_by_each(len(batch["x"]), turn)
        return {"adversarial": cross_entropy(self.naming_logits(fake, "fake"), torch.full_like(maker, self.count))}

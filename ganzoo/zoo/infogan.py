"""InfoGAN: codes that come to mean something without labels (Chen et al. 2016, arXiv:1606.03657).

The latent holds noise and codes; a recogniser guesses the codes from the generated sample. How much it can tell is a
lower bound of the information that the sample carries about its codes, L_I = E log Q(code | sample) + H(code), and both
players are paid for it: the generator for making codes visible, the discriminator's trunk, which the recogniser shares
up to its last layer, for seeing them. A lazy version trains a separate recogniser, shows it real data (which have no
codes), scores continuous codes by an unscaled squared error instead of a Gaussian's log likelihood, or pays the
generator alone.

    latent (N, 16 + 10 + 2) -> item -> trunk (N, 128) -> logits (N,), and code guesses (N, 10), (N, 2)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from ganzoo.game import Batch, Defaults, Player, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo.latents.codes import Codes
from ganzoo.nn.flat import item_shape, items, numbers
from ganzoo.nn.mlp import MLP


class InfoGAN(GAN):
    """A GAN with codes, on fully connected networks.

    Args:
        features: numbers per point, for points.
        channels, image_size: for images, which are flattened.
        noise: numbers of noise in a latent.
        categories: values of each categorical code.
        continuous: number of continuous codes, U(-1, 1).
        information: weight of the information in both players' losses; 0 makes the codes noise.
        width, depth: of the hidden layers of both networks.
        code_width: of the layer between the shared trunk and the code guesses.
    """

    defaults = Defaults(
        optimizer={"name": "adam", "lr": 1e-3, "betas": (0.5, 0.999)}, batch_size=128, rounds=4000, ema=0.995
    )

    def __init__(
        self,
        *,
        features: int | None = None,
        channels: int | None = None,
        image_size: int | tuple[int, int] | None = None,
        noise: int = 16,
        categories: tuple[int, ...] = (10,),
        continuous: int = 2,
        information: float = 1.0,
        width: int = 256,
        depth: int = 2,
        code_width: int = 128,
    ) -> None:
        super().__init__()
        self.shape = item_shape(features, channels, image_size)
        self.information = information
        self.prior = Codes(noise=noise, categories=categories, continuous=continuous)
        self.generator = MLP([self.prior.dim, *[width] * depth, numbers(self.shape)], "relu")
        self.trunk = MLP([numbers(self.shape), *[width] * depth], "leaky-relu", output_activation="leaky-relu")
        self.discriminator = nn.Linear(width, 1)
        self.recogniser = MLP([width, code_width, sum(categories) + continuous], "leaky-relu")

    def players(self) -> Sequence[Player]:
        # The paper's rates: the generator five times as fast as the discriminator.
        return (
            Player(
                "discriminator",
                ("trunk", "discriminator", "recogniser"),
                self.discriminator_loss,
                optimizer={"lr": 2e-4},
            ),
            Player("generator", ("generator",), self.generator_loss),
        )

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        return items(self.generator(self.prior(latent)), self.shape)

    def discriminate(self, x: Tensor, batch: Batch) -> Tensor:
        return self.discriminator(self.trunk(x.flatten(1))).squeeze(1)

    def recognise(self, x: Tensor) -> tuple[list[Tensor], Tensor]:
        """What the codes of x may have been: logits (N, values) per categorical code, means (N, continuous)."""
        guesses = self.recogniser(self.trunk(x.flatten(1)))
        *logits, means = guesses.split([*self.prior.categories, self.prior.continuous], dim=1)
        return logits, means

    def categorical_information(self, x: Tensor, latent: Latents) -> Tensor:
        """The bound of the information about the categorical codes, in nats: at most the sum of their entropies."""
        logits, _ = self.recognise(x)
        parts = [
            math.log(values) - cross_entropy(guess, latent[f"category{i}"])
            for i, (guess, values) in enumerate(zip(logits, self.prior.categories, strict=True))
        ]
        return torch.stack(parts).sum() if parts else x.new_zeros(())

    def continuous_information(self, x: Tensor, latent: Latents) -> Tensor:
        """The bound of the information about the continuous codes, in nats: Q is a Gaussian of unit variance."""
        _, means = self.recognise(x)
        log_likelihood = -0.5 * (latent["continuous"] - means).square() - 0.5 * math.log(2 * math.pi)
        return (log_likelihood.sum(1) + self.prior.continuous * math.log(2.0)).mean()

    def information_terms(self, x: Tensor, latent: Latents) -> dict[str, Tensor]:
        """What both players pay for information that the sample does not carry."""
        terms = {}
        if self.prior.categories:
            terms["categorical"] = -self.information * self.categorical_information(x, latent)
        if self.prior.continuous:
            terms["continuous"] = -self.information * self.continuous_information(x, latent)
        return terms

    def discriminator_loss(self, batch: Batch, turn: Turn) -> Terms:
        turn.real = batch["x"]
        latent = self.latent(len(turn.real), turn.rng)
        with torch.no_grad():
            turn.fake = self.generate(latent, batch)
        real_logits = self.critic(turn.real, batch, "real")
        fake_logits = self.critic(turn.fake, batch, "fake")
        adversarial = self.loss.discriminator(real_logits, fake_logits)
        return {"adversarial": adversarial, **self.information_terms(turn.fake, latent)}

    def generator_loss(self, batch: Batch, turn: Turn) -> Terms:
        latent = self.latent(len(batch["x"]), turn.rng)
        fake = self.generate(latent, batch)
        return {"adversarial": self.fool(fake, batch), **self.information_terms(fake, latent)}

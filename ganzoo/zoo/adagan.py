"""AdaGAN: boosting generators (Tolstikhin et al. 2017, arXiv:1701.02386).

A mixture of GANs grows one component at a time. Before each, a classifier learns to tell the data from the mixture so
far; what it recognises at once as data is what the mixture misses, and the next GAN is trained on the data resampled
with more weight there, by the weights of theorem 1. A lazy version trains every component on the plain data
(bagging), which misses the same modes again, or samples the components in equal parts instead of by their shares.

    "pick" U(0, 1) chooses a component by the mixture's shares; its generator maps z (N, latent_dim) -> item
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from ganzoo.core.components import Component
from ganzoo.data import Data
from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Defaults, Phase, Player, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo.latents.building import build_latent
from ganzoo.nn.flat import item_shape, items, numbers
from ganzoo.nn.mlp import MLP


def boosting_weights(ratios: Tensor, beta: float) -> Tensor:
    """Weights (N,) of the data for the next component; they sum to 1 (theorem 1 and algorithm 2 of the paper).

    Args:
        ratios: (N,) of the mixture's density to the data's, at the data.
        beta: share of the next component in the mixture, in (0, 1].

    w_i = p_i [lambda - (1 - beta) h_i]_+ / beta with p_i = 1/N, where lambda makes them sum to 1: it is found among
    the prefixes of the sorted ratios, of which exactly one is its own set of positive weights.
    """
    ratios = ratios.double()
    n = len(ratios)
    ordered = ratios.sort().values
    kept = torch.arange(1, n + 1, device=ratios.device, dtype=torch.float64) / n
    levels = (beta + (1 - beta) * ordered.cumsum(0) / n) / kept
    inside = (1 - beta) * ordered <= levels
    level = levels[inside.sum() - 1]
    weights = (level - (1 - beta) * ratios).clamp(min=0) / (beta * n)
    return weights / weights.sum()


class AdaGAN(GAN):
    """A boosted mixture of GANs, on fully connected networks.

    Args:
        features: numbers per point, for points.
        channels, image_size: for images, which are flattened.
        mixture: components, each with a generator, a discriminator, and (but for the first) a classifier of its own.
        latent_dim: numbers in a latent; None means 2 for points and 32 for images.
        latent: the prior of every component.
        width, depth: of the hidden layers of all networks.
        classifier_share: length of a classifier's phase, in parts of a component's.
        boosting: False trains every component on the plain data, which takes the idea away.
    """

    defaults = Defaults(
        optimizer={"name": "adam", "lr": 1e-3, "betas": (0.5, 0.999)}, batch_size=128, rounds=10_000, ema=None
    )
    sampling = ("prior", "generators")
    composes = frozenset({"loss"})

    def __init__(
        self,
        *,
        features: int | None = None,
        channels: int | None = None,
        image_size: int | tuple[int, int] | None = None,
        mixture: int = 5,
        latent_dim: int | None = None,
        latent: Component = "normal",
        width: int = 128,
        depth: int = 3,
        classifier_share: float = 0.2,
        boosting: bool = True,
    ) -> None:
        super().__init__()
        if mixture < 1 or classifier_share <= 0:
            raise ConfigError(f"mixture={mixture}, classifier_share={classifier_share}: both must be positive")
        self.shape, self.boosting, self.classifier_share = (
            item_shape(features, channels, image_size),
            boosting,
            classifier_share,
        )
        latent_dim = latent_dim or (2 if len(self.shape) == 1 else 32)
        hidden, size = [width] * depth, numbers(self.shape)
        self.prior = build_latent(latent, dim=latent_dim)
        self.generators = nn.ModuleList(MLP([latent_dim, *hidden, size], "relu") for _ in range(mixture))
        self.discriminators = nn.ModuleList(MLP([size, *hidden, 1], "leaky-relu") for _ in range(mixture))
        self.classifiers = nn.ModuleList(MLP([size, *hidden, 1], "leaky-relu") for _ in range(mixture - 1))
        self.register_buffer("shares", torch.zeros(mixture))

    def players(self) -> Sequence[Player]:
        players = []
        for t in range(len(self.generators)):
            if t:
                players.append(Player(f"classifier{t}", (f"classifiers.{t - 1}",), partial(self.classifier_loss, t)))
            players += [
                Player(f"discriminator{t}", (f"discriminators.{t}",), partial(self.component_discriminator_loss, t)),
                Player(f"generator{t}", (f"generators.{t}",), partial(self.component_generator_loss, t)),
            ]
        return players

    def phases(self) -> Sequence[Phase]:
        phases = []
        for t in range(len(self.generators)):
            if t:
                judge = Phase(f"judge{t}", self.classifier_share, (f"classifier{t}",), on_end=partial(self.reweigh, t))
                phases.append(judge)
            phases.append(Phase(f"gan{t}", 1.0, (f"discriminator{t}", f"generator{t}"), on_end=partial(self.keep, t)))
        return phases

    def reweigh(self, t: int, run: Any) -> None:
        """Give more weight to the data that the mixture misses."""
        if self.boosting:
            run.data.weights = self.weights_of(run.data, t)

    @torch.no_grad()
    def weights_of(self, data: Data, t: int) -> Tensor:
        """Weights (N,) of the data for component t; (1 - D) / D is the mixture's density over the data's."""
        logits = data.map(lambda batch: self.classify(t, batch["x"]))
        return boosting_weights(torch.exp(-logits), 1 / (t + 1))

    def keep(self, t: int, run: Any) -> None:
        """Add component t to the mixture with the share 1 / (t + 1), and let the data weigh alike again at the end."""
        self.shares.mul_(t / (t + 1))
        self.shares[t] = 1 / (t + 1)
        run.data.weights = None

    def latent(self, n: int, rng: torch.Generator) -> Latents:
        return {**self.prior.draw(n, rng), "pick": torch.rand(n, generator=rng, device=rng.device)}

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        # Shares are all zero before the first component is kept: the remainder then leads to that component.
        chosen = torch.searchsorted(self.shares.cumsum(0), latent["pick"], right=True).remainder(len(self.shares))
        z = self.prior(latent)
        answers = torch.stack([generator(z) for generator in self.generators])  # (T, N, numbers)
        return items(answers[chosen, torch.arange(len(z), device=z.device)], self.shape)

    def classify(self, t: int, x: Tensor) -> Tensor:
        """Logits (N,) that x is data, and not of the mixture before component t."""
        return self.classifiers[t - 1](x.flatten(1)).squeeze(1)

    def classifier_loss(self, t: int, batch: Batch, turn: Turn) -> Terms:
        with torch.no_grad():
            fake = self.generate(self.latent(len(batch["x"]), turn.rng), {})
        return {
            "classification": softplus(-self.classify(t, batch["x"])).mean() + softplus(self.classify(t, fake)).mean()
        }

    def component(self, t: int, n: int, turn: Turn) -> Tensor:
        """n items of the component that is being trained."""
        return items(self.generators[t](self.prior(self.prior.draw(n, turn.rng))), self.shape)

    def component_logits(self, t: int, x: Tensor, kind: str) -> Tensor:
        return self.discriminators[t](self.view(x, kind).flatten(1)).squeeze(1)

    def component_discriminator_loss(self, t: int, batch: Batch, turn: Turn) -> Terms:
        with torch.no_grad():
            fake = self.component(t, len(batch["x"]), turn)
        real_logits, fake_logits = self.component_logits(t, batch["x"], "real"), self.component_logits(t, fake, "fake")
        return {"adversarial": self.loss.discriminator(real_logits, fake_logits)}

    def component_generator_loss(self, t: int, batch: Batch, turn: Turn) -> Terms:
        fake_logits = self.component_logits(t, self.component(t, len(batch["x"]), turn), "fake")
        real_logits = self.component_logits(t, batch["x"], "real") if self.loss.needs_real else None
        return {"adversarial": self.loss.generator(fake_logits, real_logits)}

"""Bayesian GAN: a law over generators instead of one (Saatchi and Wilson 2017, arXiv:1705.09558).

The weights of generators and discriminator are drawn from their posterior by stochastic gradient Hamiltonian Monte
Carlo: momentum, and noise injected into every update. Several chains run side by side and snapshots of them are kept;
sampling first picks a snapshot, so that the ensemble covers what any single generator would miss. A lazy version
trains J generators from J starts without the noise, forgets the prior, or keeps the last state alone.

The training loss is a mean over the N data, so the noise has the temperature 1/N and the prior enters divided by N:
in this parameterisation, that is what the paper's updates are for the summed loss.

    latent (N, latent_dim) and "pick" U(0, 1) -> one of snapshots x chains generators -> item
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from ganzoo.core.components import Component
from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Defaults, Phase, Player, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo.latents.building import build_latent
from ganzoo.nn.flat import item_shape, items, numbers
from ganzoo.nn.mlp import MLP
from ganzoo.nn.stacked_mlp import StackedMLP


class BayesianGAN(GAN):
    """Chains of generators whose weights are sampled, on fully connected networks.

    Args:
        size: number of data, N.
        features: numbers per point, for points.
        channels, image_size: for images, which are flattened.
        chains: generators that are trained side by side.
        snapshots: states of the chains that are kept, evenly over the part of the run after the burn-in.
        burn_in: share of the sampling phase before the first snapshot.
        prior_std: of the Gaussian prior of all weights.
        latent_dim: numbers in a latent; None means 2 for points and 32 for images.
        latent: the prior of the generators' input.
        width, depth: of the hidden layers of all networks.
        same_start: start all chains alike; with `temperature` 0 this takes the idea away.
    """

    defaults = Defaults(
        optimizer={"name": "adam", "lr": 1e-3, "betas": (0.5, 0.999)}, batch_size=96, rounds=4000, ema=None
    )
    sampling = ("prior", "ensemble")
    composes = frozenset()

    def __init__(
        self,
        *,
        size: int,
        features: int | None = None,
        channels: int | None = None,
        image_size: int | tuple[int, int] | None = None,
        chains: int = 5,
        snapshots: int = 4,
        burn_in: float = 0.5,
        prior_std: float = 10.0,
        latent_dim: int | None = None,
        latent: Component = "normal",
        width: int = 128,
        depth: int = 3,
        same_start: bool = False,
    ) -> None:
        super().__init__()
        if min(size, chains, snapshots) < 1 or not 0 <= burn_in < 1 or prior_std <= 0:
            raise ConfigError(
                f"size={size}, chains={chains}, snapshots={snapshots}, burn_in={burn_in}, prior_std={prior_std}: "
                "counts must be 1 or more, burn_in in [0, 1), prior_std positive"
            )
        self.shape, self.size = item_shape(features, channels, image_size), size
        self.snapshots, self.burn_in, self.prior_std = snapshots, burn_in, prior_std
        latent_dim = latent_dim or (2 if len(self.shape) == 1 else 32)
        hidden = [width] * depth
        sizes = [latent_dim, *hidden, numbers(self.shape)]
        self.prior = build_latent(latent, dim=latent_dim)
        self.generators = StackedMLP(chains, sizes, same_start=same_start)
        self.ensemble = StackedMLP(snapshots * chains, sizes)
        self.discriminator = MLP([numbers(self.shape), *hidden, 1], "leaky-relu")

    def players(self) -> Sequence[Player]:
        sampler = {"name": "sghmc", "lr": 5e-3, "friction": 0.1, "temperature": 1 / self.size}
        return (
            Player(
                "discriminator", ("discriminator",), self.discriminator_loss, optimizer=sampler, schedule="exponential"
            ),
            Player("generators", ("generators",), self.generator_loss, optimizer=sampler, schedule="exponential"),
        )

    def phases(self) -> Sequence[Phase]:
        # The paper starts its chains where Adam has led them.
        warm_up = (
            Player("warm-up-discriminator", ("discriminator",), self.discriminator_loss),
            Player("warm-up-generators", ("generators",), self.generator_loss),
        )
        return (Phase("warm-up", 0.5, warm_up), Phase("sampling", 0.5))

    def latent(self, n: int, rng: torch.Generator) -> Latents:
        return {**self.prior.draw(n, rng), "pick": torch.rand(n, generator=rng, device=rng.device)}

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        chosen = (latent["pick"] * self.ensemble.count).long().clamp(max=self.ensemble.count - 1)
        return items(self.ensemble.route(self.prior(latent), chosen), self.shape)

    def chain_items(self, n: int, turn: Turn) -> Tensor:
        """(chains * n, *shape): what every chain makes of the same n latents."""
        z = self.prior(self.prior.draw(n, turn.rng))
        return items(self.generators(z.expand(self.generators.count, *z.shape)).flatten(0, 1), self.shape)

    def logits(self, x: Tensor, kind: str) -> Tensor:
        return self.discriminator(self.view(x, kind).flatten(1)).squeeze(1)

    def negative_log_prior(self, module: nn.Module) -> Tensor:
        """Of a module's weights under N(0, prior_std^2), up to a constant, divided by the number of data."""
        squares = torch.stack([parameter.square().sum() for parameter in module.parameters()]).sum()
        return squares / (2 * self.prior_std**2 * self.size)

    def discriminator_loss(self, batch: Batch, turn: Turn) -> Terms:
        with torch.no_grad():
            fake = self.chain_items(len(batch["x"]), turn)
        adversarial = softplus(-self.logits(batch["x"], "real")).mean() + softplus(self.logits(fake, "fake")).mean()
        return {"adversarial": adversarial, "prior": self.negative_log_prior(self.discriminator)}

    def generator_loss(self, batch: Batch, turn: Turn) -> Terms:
        # The sum over chains, each a mean over its own samples: every chain has a posterior of its own.
        losses = softplus(-self.logits(self.chain_items(len(batch["x"]), turn), "fake"))
        return {
            "adversarial": losses.mean() * self.generators.count,
            "prior": self.negative_log_prior(self.generators),
        }

    @torch.no_grad()
    def after_round(self, turn: Turn) -> None:
        """Keep the chains in the snapshot whose time it is, and in those to come, so that all can be sampled."""
        sampled = turn.progress if turn.phase == "sampling" else 0.0
        slot = max(0, int((sampled - self.burn_in) / (1 - self.burn_in) * self.snapshots))
        for kept, chains in zip(self.ensemble.parameters(), self.generators.parameters(), strict=True):
            kept.view(self.snapshots, *chains.shape)[slot:].copy_(chains)

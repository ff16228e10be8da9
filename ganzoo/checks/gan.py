"""Does the plain game do what the theory says?"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

import ganzoo
from ganzoo.checks.check import IDEA, Check, Criterion
from ganzoo.checks.playing import last_looks, mean_of, play
from ganzoo.core import components, entries, registry
from ganzoo.game import Batch, Player
from ganzoo.gan import Latents
from ganzoo.metrics.sliced_wasserstein import sliced_wasserstein
from ganzoo.training.run import Run

VanillaGAN = registry.find(entries.Architecture, "ganzoo.gan").load()


class ShiftedNormal(VanillaGAN):  # type: ignore[misc, valid-type]
    """A generator that is N(1, 1) and stays so; only the discriminator learns."""

    def players(self) -> Sequence[Player]:
        return super().players()[:1]

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        return latent["z"] + 1


def optimal_discriminator(arm: str, seed: int) -> dict[str, float]:
    """Mean distance of D(x) from p / (p + q) on [-3, 4] for p = N(0, 1), q = N(1, 1)."""
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        gan = ShiftedNormal(features=1, latent_dim=1)
    if arm == IDEA:
        # Fresh points in every epoch's place: a sample of fixed size could be learnt by heart.
        play(
            gan,
            ganzoo.load_data("gauss", dim=1, size=100_000),
            rounds=2000,
            seed=seed,
            batch_size=512,
            players={"discriminator": {"schedule": "linear"}},
        )
    x = torch.linspace(-3, 4, 500)[:, None]
    with torch.no_grad():
        found = gan.critic(x, {}, "between").sigmoid()
    return {"distance": float((found - torch.sigmoid(0.5 - x[:, 0])).abs().mean())}


def convergence(arm: str, seed: int) -> dict[str, float]:
    """On two Gaussians: what is left of the distance to the data, and how far D is from 1/2, at the end."""
    data = ganzoo.load_data("gmm2")
    real = ganzoo.load_data("gmm2", size=2500, seed=1).first(2500)["x"]
    gan = ganzoo.create("gan", data=data, seed=seed)
    at_start = sliced_wasserstein(gan.sample(2500, seed=3), real)

    def look(run: Run) -> dict[str, float]:
        fake = gan.sample(2500, seed=3)
        with torch.no_grad():
            on_real, on_fake = gan.critic(real, {}, "real").sigmoid(), gan.critic(fake, {}, "fake").sigmoid()
        return {
            "distance_left": sliced_wasserstein(fake, real) / at_start,
            "off_half_on_real": abs(float(on_real.mean()) - 0.5),
            "off_half_on_fake": abs(float(on_fake.mean()) - 0.5),
        }

    # A falling rate ends the orbits that players of constant rates keep.
    calm = {"lr": 5e-4, "schedule": "linear"}
    players = {"all": calm} if arm == IDEA else {"all": calm, "generator": {"lr": 0.0}}
    return mean_of(play(gan, data, rounds=2500, seed=seed, look=look, at=last_looks(2500, share=0.1), players=players))


def saturation(arm: str, seed: int) -> dict[str, float]:
    """Size of the minimax gradient over the non-saturating one for a generator that the discriminator rejects."""
    data = ganzoo.load_data("ring8")
    gan = ganzoo.create("gan", data=data, seed=seed)
    if arm == IDEA:
        play(gan, data, rounds=500, seed=seed, players={"generator": {"lr": 0.0}})
    latent = gan.draw(500, 3)
    sizes = {}
    for name in ("minimax", "non-saturating"):
        loss = components.build(entries.Loss, name).generator(gan.critic(gan.generate(latent, {}), {}, "fake"))
        gradients = torch.autograd.grad(loss, list(gan.generator.parameters()))
        sizes[name] = float(torch.stack([g.square().sum() for g in gradients]).sum().sqrt())
    return {"gradient_ratio": sizes["minimax"] / sizes["non-saturating"]}


MODULES = ("ganzoo.zoo.gan", "ganzoo.losses.non_saturating")

CHECKS = (
    Check(
        name="optimal-discriminator",
        claim="Against a fixed generator the discriminator becomes p / (p + q).",
        control="a discriminator that was not trained",
        measure=optimal_discriminator,
        criteria=(Criterion(metric="distance", op="<=", threshold=0.05),),
        modules=MODULES,
        seconds=30,
    ),
    Check(
        name="convergence",
        claim="The generator's law approaches the data's until the discriminator can only guess.",
        control="a generator that does not learn",
        measure=convergence,
        criteria=(
            Criterion(metric="distance_left", op="<=", threshold=0.2),
            Criterion(metric="off_half_on_real", op="<=", threshold=0.1),
            Criterion(metric="off_half_on_fake", op="<=", threshold=0.1),
        ),
        modules=MODULES,
        seconds=30,
    ),
    Check(
        name="saturation",
        claim="Where the discriminator is sure, the minimax loss gives the generator almost no gradient.",
        control="a discriminator that was not trained",
        measure=saturation,
        criteria=(Criterion(metric="gradient_ratio", op="<=", threshold=0.1),),
        modules=(*MODULES, "ganzoo.losses.minimax"),
        seconds=10,
    ),
)

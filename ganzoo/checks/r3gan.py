"""Do the penalties make the pairing game come to rest, and do the networks start as if they had no blocks?"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

import ganzoo
from ganzoo.checks.check import IDEA, Check, Criterion
from ganzoo.checks.playing import play
from ganzoo.core.data_spec import DataSpec
from ganzoo.data import TensorData
from ganzoo.game import Batch, Defaults
from ganzoo.gan import GAN
from ganzoo.latents.normal import Normal
from ganzoo.nn.fixup_resnet import Block

GAMMA, ROUNDS = 0.5, 500


class Point(nn.Module):
    """One number, whatever the latent."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.tensor(value))

    def forward(self, z: Tensor) -> Tensor:
        return self.value.expand(len(z), 1)


class Slope(nn.Module):
    """A critic that is a line through the origin."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.tensor(value))

    def forward(self, x: Tensor) -> Tensor:
        return self.value * x[:, 0]


class Dirac(GAN):
    """All data are 0, all samples are one number, and the critic is a line (arXiv:1801.04406, section 2)."""

    defaults = Defaults(loss="relativistic", optimizer={"name": "sgd", "lr": 0.1}, batch_size=4, ema=None)
    sampling = ("prior", "generator")

    def __init__(self, *, angle: float) -> None:
        super().__init__()
        self.prior = Normal(dim=1)
        self.generator, self.discriminator = Point(math.cos(angle)), Slope(math.sin(angle))

    def discriminate(self, x: Tensor, batch: Batch) -> Tensor:
        return self.discriminator(x)


def rest(arm: str, seed: int) -> dict[str, float]:
    """Distance from the equilibrium (0, 0) after all rounds; it begins at 1, in a direction that the seed draws."""
    angle = 2 * math.pi * float(torch.rand((), generator=torch.Generator().manual_seed(seed)))
    gan = Dirac(angle=angle)
    zeros = TensorData(DataSpec(name="zeros", modality="points", size=8, features=1), {"x": {"x": torch.zeros(8, 1)}})
    penalties = [{"name": name, "weight": GAMMA} for name in ("r1", "r2")] if arm == IDEA else []
    play(gan, zeros, rounds=ROUNDS, seed=seed, penalties=penalties)
    return {"distance": math.hypot(gan.generator.value.item(), gan.discriminator.value.item())}


@torch.no_grad()
def start(arm: str, seed: int) -> dict[str, float]:
    """How far the blocks move the first images, in standard deviations."""
    gan = ganzoo.create("r3gan", seed=seed, channels=1, image_size=16, width=32, blocks=4)
    blocks = [module for module in gan.generator.modules() if isinstance(module, Block)]
    if arm != IDEA:
        rng = torch.Generator().manual_seed(seed)
        for block in blocks:
            gain = block.expand.weight.std() * block.expand.weight.shape[1] ** 0.5
            block.contract.weight.normal_(0.0, float(gain) / block.contract.weight.shape[1] ** 0.5, generator=rng)
    latent, _ = gan.example_inputs(64)
    with_blocks = gan.draw_image(latent, {})
    for block in blocks:
        block.contract.weight.zero_()
    without = gan.draw_image(latent, {})
    return {"moved": float((with_blocks - without).abs().max() / without.std())}


CHECKS = (
    Check(
        name="rest",
        claim="With R1 and R2 the game of pairs comes to rest where samples are data.",
        control="the game of pairs without penalties, which goes round",
        measure=rest,
        criteria=(Criterion(metric="distance", op="<=", threshold=0.01),),
        modules=("ganzoo.losses.relativistic", "ganzoo.penalties.r1", "ganzoo.penalties.r2"),
        seconds=10,
    ),
    Check(
        name="fix-up",
        claim="Without normalisation, deep networks start as if they had no blocks.",
        control="the last layer of a block started like its others",
        measure=start,
        criteria=(Criterion(metric="moved", op="<=", threshold=1e-6),),
        modules=("ganzoo.zoo.r3gan", "ganzoo.nn.fixup_resnet"),
        seconds=5,
    ),
)

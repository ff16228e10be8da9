"""Do named generators divide the data among themselves?"""

from __future__ import annotations

from typing import Any

import torch

import ganzoo
from ganzoo.checks.check import IDEA, Check, Criterion
from ganzoo.checks.ring import STD, train_on_ring
from ganzoo.data.ring8 import ring8_centres
from ganzoo.metrics.modes import nearest_modes
from ganzoo.metrics.purity import normalised_mutual_information

GENERATORS = 8
# The collapse preset: a slow and small discriminator, against which a plain GAN hops between few modes.
NETWORKS = {"width": 128, "depth": 2, "latent_dim": 256}
SLOW: dict[str, Any] = {"batch_size": 64, "players": {"all": {"lr": 1e-3}, "discriminator": {"lr": 1e-4}}}
ROUNDS = 3000


def division(arm: str, seed: int) -> dict[str, float]:
    """Reverse KL of the modes' shares, who makes which mode (NMI), and how often the discriminator names the maker."""
    data = ganzoo.load_data("ring8", std=STD)
    if arm == "gan":
        gan = ganzoo.create("gan", data=data, seed=seed, discriminator_depth=1, **NETWORKS)
        return train_on_ring(gan, seed, rounds=ROUNDS, **SLOW)
    # The control has one generator of about as many weights as the eight have together.
    config = {**NETWORKS, "generators": GENERATORS} if arm == IDEA else {**NETWORKS, "generators": 1, "width": 362}
    gan = ganzoo.create("mad-gan", data=data, seed=seed, **config)
    measured = train_on_ring(gan, seed, rounds=ROUNDS, **SLOW)
    latent = gan.draw(2000, 5)
    with torch.no_grad():
        samples = gan.generate(latent, {})
        named = gan.naming_logits(samples, "fake")[:, : config["generators"]].argmax(1)
    modes, _ = nearest_modes(samples, ring8_centres())
    accuracy = float((named == latent["generator"]).double().mean())
    return {
        **measured,
        "nmi": normalised_mutual_information(latent["generator"], modes),
        "naming_over_chance": accuracy * config["generators"],
    }


CHECKS = (
    Check(
        name="division",
        claim="Where a plain GAN collapses, eight named generators share out the modes, each its own part.",
        control="one generator with as many weights as the eight have together",
        measure=division,
        criteria=(
            Criterion(
                metric="reverse_kl",
                op="<=",
                threshold=0.6,
                relative_to="gan",
                changed=(
                    "0.3 on the healthy preset, where the plain GAN measured 0.084, 0.011 and 0.022 and the idea "
                    "0.026, 0.022 and 0.089: a ratio to numbers near 0 says nothing, so a slow discriminator now "
                    "makes GANs collapse",
                ),
            ),
            Criterion(metric="modes", op=">=", threshold=1.3, relative_to="gan"),
            Criterion(metric="nmi", op=">=", threshold=0.4),
            Criterion(metric="naming_over_chance", op=">=", threshold=2.0),
        ),
        baselines=("gan",),
        modules=("ganzoo.zoo.mad_gan", "ganzoo.checks.ring"),
        seconds=60,
    ),
)

"""Does spectral normalisation hold every layer at norm 1, and training together at high rates?"""

from __future__ import annotations

import torch
from torch import nn

import ganzoo
from ganzoo.checks.check import CONTROL, IDEA, Check, Criterion
from ganzoo.checks.digits import digits, digits_fid
from ganzoo.checks.playing import play

ROUNDS = 800
RATE = 2e-3  # ten times the usual one


def steadiness(arm: str, seed: int) -> dict[str, float]:
    """Largest distance of a layer's top singular value from 1 (true SVD), and digits-FID, at a high learning rate."""
    data = digits(8)
    config = {"width": 32, "latent_dim": 32} | ({} if arm == IDEA else {"discriminator_normalisation": "none"})
    gan = ganzoo.create("sngan", data=data, seed=seed, **config)
    play(gan, data, rounds=ROUNDS, seed=seed, players={"all": {"lr": RATE}})
    with torch.no_grad(), gan.evaluation():
        tops = [
            torch.linalg.matrix_norm(layer.weight.flatten(1), ord=2)
            for layer in gan.discriminator.modules()
            if isinstance(layer, nn.Conv2d)
        ]
    return {
        "off_norm_1": max(abs(float(top) - 1) for top in tops),
        "digits_fid": digits_fid(gan.sample(1797, seed=5)),
    }


CHECKS = (
    Check(
        name="steadiness",
        claim="Every layer keeps a top singular value of 1, and training survives ten times the usual rate.",
        control="the same discriminator without normalisation",
        measure=steadiness,
        criteria=(
            Criterion(metric="off_norm_1", op="<=", threshold=0.05),
            Criterion(metric="digits_fid", op="<=", threshold=0.5, relative_to=CONTROL),
        ),
        modules=("ganzoo.zoo.dcgan", "ganzoo.nn.spectral"),
        seconds=60,
    ),
)

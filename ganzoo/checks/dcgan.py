"""Do DCGAN's architecture rules make better images than fully connected networks?"""

from __future__ import annotations

import ganzoo
from ganzoo.checks.check import CONTROL, IDEA, Check, Criterion
from ganzoo.checks.digits import digits, digits_fid
from ganzoo.checks.playing import play

ROUNDS = 1000


def quality(arm: str, seed: int) -> dict[str, float]:
    """digits-FID of 1,797 samples after equal numbers of updates."""
    data = digits(16)
    config = {"width": 24, "latent_dim": 64} if arm == IDEA else {"width": 256, "depth": 2}
    gan = ganzoo.create("dcgan" if arm == IDEA else "gan", data=data, seed=seed, **config)
    play(gan, data, rounds=ROUNDS, seed=seed, batch_size=64, players={"all": {"lr": 2e-4}})
    return {"digits_fid": digits_fid(gan.sample(1797, seed=5))}


CHECKS = (
    Check(
        name="quality",
        claim="Convolutions by DCGAN's rules give better digits than fully connected networks at equal updates.",
        control="the fully connected GAN",
        measure=quality,
        criteria=(Criterion(metric="digits_fid", op="<=", threshold=0.7, relative_to=CONTROL),),
        modules=("ganzoo.zoo.dcgan",),
        seconds=150,
    ),
)

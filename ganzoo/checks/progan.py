"""Does fading in spare the networks a shock, and does growing cost quality?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch

import ganzoo
from ganzoo.checks.check import IDEA, Check, Criterion
from ganzoo.checks.digits import digits, digits_fid
from ganzoo.checks.playing import play
from ganzoo.core import entries, registry
from ganzoo.game import Phase
from ganzoo.training.run import Run

PHASE = 500
ROUNDS = 5 * PHASE
# Of five phases one works on 4 x 4 pixels, two on 8 x 8 and two on 16 x 16; direct training gets as many pixels in all.
DIRECT_ROUNDS = round(ROUNDS * (16 + 2 * 64 + 2 * 256) / (5 * 256))
SMALL = {"image_size": 16, "width": 32, "latent_dim": 32}


ProGAN = registry.find(entries.Architecture, "ganzoo.progan").load()


class Direct(ProGAN):  # type: ignore[misc, valid-type]
    """All stages from the start."""

    def phases(self) -> Sequence[Phase]:
        return (Phase("stable2", on_start=partial(self.grow, 2)),)


def growth(arm: str, seed: int) -> dict[str, float]:
    """digits-FID at the end, and by how much it jumps when the last stage comes (20 rounds after, over just before)."""
    data = digits(16)
    if arm == "direct":
        with torch.random.fork_rng([]):
            torch.manual_seed(seed)
            gan: ganzoo.GAN = Direct(**SMALL)
    else:
        gan = ganzoo.create("progan", data=data, seed=seed, fade=arm == IDEA, **SMALL)

    def look(run: Run) -> dict[str, float]:
        return {"digits_fid": digits_fid(run.sampler.sample(1797, seed=5))}

    if arm == "direct":
        return play(gan, data, rounds=DIRECT_ROUNDS, seed=seed, ema=0.99, look=look, at=(DIRECT_ROUNDS,))[0]
    grown = 3 * PHASE
    seen = play(gan, data, rounds=ROUNDS, seed=seed, ema=0.99, look=look, at=(grown, grown + 20, ROUNDS))
    return {"digits_fid": seen[2]["digits_fid"], "jump": seen[1]["digits_fid"] / seen[0]["digits_fid"]}


def blending(arm: str, seed: int) -> dict[str, float]:
    """Largest difference of the output at alpha 0 from the enlarged output of the stage before."""
    gan = ganzoo.create("progan", seed=seed, **SMALL)
    latent = gan.draw(8, seed)
    worst = 0.0
    for stage in (1, 2):
        gan.stage.fill_(stage)
        gan.alpha.fill_(0.0 if arm == IDEA else 1.0)
        now = gan.generate(latent, {})
        gan.stage.fill_(stage - 1)
        gan.alpha.fill_(1.0)
        worst = max(worst, float((now - gan.generate(latent, {})).detach().abs().max()))
    return {"difference": worst}


CHECKS = (
    Check(
        name="blending",
        claim="When a stage comes, nothing changes at first: alpha 0 is the enlarged output of the stage before.",
        control="the new stage at full strength",
        measure=blending,
        criteria=(Criterion(metric="difference", op="<=", threshold=1e-5),),
        modules=("ganzoo.zoo.progan",),
        seconds=5,
    ),
    Check(
        name="growth",
        claim="Fading in spares the networks a shock, and growing ends no worse than as much work at full size.",
        control="stages that jump in",
        measure=growth,
        criteria=(
            Criterion(
                metric="jump",
                op="<=",
                threshold=1.1,
                changed=(
                    "0.8 times the control's (1.40, 1.68 and 1.37, against 0.97, 1.01 and 1.01 of the idea); as a "
                    "number of its own, below all three products, the control has to miss it too",
                ),
            ),
            Criterion(
                metric="digits_fid",
                op="<=",
                threshold=1.05,
                relative_to="direct",
                changed=(
                    "direct training had as many rounds (seed 0: 12.4 against 15.4 for growing, in 1.7 times the "
                    "time); what growing promises is to save work, so now both see as many pixels",
                ),
            ),
        ),
        baselines=("direct",),
        modules=("ganzoo.zoo.progan",),
        seconds=150,
    ),
)

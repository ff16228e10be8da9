"""Does the penalty hold the critic's gradients at norm 1?"""

from __future__ import annotations

from typing import Any

import torch

import ganzoo
from ganzoo.checks.check import IDEA, Check, Criterion
from ganzoo.checks.ring import STD, train_on_ring
from ganzoo.streams import generator

ROUNDS = 1000


def slope(arm: str, seed: int) -> dict[str, float]:
    """Mean gradient norm of the critic between real and fake, off 1; and the distance to the data.

    The weight is that of the paper's toy problems, not the 10 of its images; clipping has its own paper's rate.
    """
    data = ganzoo.load_data("ring8", std=STD)
    gan = ganzoo.create("gan", data=data, seed=seed)
    if arm == "clipped":
        chosen: dict[str, Any] = {
            "techniques": ["weight-clip"],
            "players": {"discriminator": {"steps": 5}, "all": {"optimizer": "rmsprop", "lr": 5e-5}},
        }
    else:
        penalties = [{"name": "gradient-penalty", "weight": 1.0 if arm == IDEA else 0.0}]
        chosen = {
            "penalties": penalties,
            "players": {"discriminator": {"steps": 5}, "all": {"lr": 1e-3, "betas": (0.0, 0.9), "schedule": "linear"}},
        }
    measured = train_on_ring(gan, seed, rounds=ROUNDS, loss="wasserstein", **chosen)
    real = data.first(2000)["x"]
    share = torch.rand(2000, 1, generator=generator(seed, "between"))
    between = torch.lerp(real, gan.sample(2000, seed=5), share).requires_grad_()
    (gradient,) = torch.autograd.grad(gan.critic(between, {}, "between").sum(), between)
    return {"off_norm_1": abs(float(gradient.norm(dim=1).mean()) - 1), "swd": measured["swd"]}


CHECKS = (
    Check(
        name="slope",
        claim="The critic's gradients have norm 1 where it is asked, and the ring is learnt better than by clipping.",
        control="no penalty",
        measure=slope,
        criteria=(
            Criterion(metric="off_norm_1", op="<=", threshold=0.2),
            Criterion(metric="swd", op="<=", threshold=1.0, relative_to="clipped"),
        ),
        baselines=("clipped",),
        modules=("ganzoo.penalties.gradient_penalty", "ganzoo.losses.wasserstein"),
        seconds=60,
    ),
)

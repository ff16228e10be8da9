"""Does the squared distance pull on samples that the discriminator accepts from far away?"""

from __future__ import annotations

import torch

import ganzoo
from ganzoo.checks.check import IDEA, Check, Criterion
from ganzoo.checks.ring import train_on_ring
from ganzoo.core import components, entries


def pull(arm: str, seed: int) -> dict[str, float]:
    """The generator's gradient at a logit of 6, over that of the non-saturating loss; and the ring it learns."""

    def gradient(name: str) -> float:
        logits = torch.tensor([6.0], requires_grad=True)
        # The control puts a sigmoid before the squares, as a discriminator with a sigmoid output would.
        outputs = logits.sigmoid() if name == "least-squares" and arm != IDEA else logits
        loss = components.build(entries.Loss, name).generator(outputs)
        return abs(float(torch.autograd.grad(loss, logits)[0]))

    measured = {"gradient_ratio": gradient("least-squares") / gradient("non-saturating")}
    if arm == IDEA:
        gan = ganzoo.create("gan", data=ganzoo.load_data("ring8"), seed=seed)
        calm = {"all": {"lr": 1e-3, "betas": (0.0, 0.9), "schedule": "linear"}}
        measured["swd"] = train_on_ring(gan, seed, rounds=6000, loss="least-squares", players=calm)["swd"]
    return measured


CHECKS = (
    Check(
        name="pull",
        claim="Samples far on the right side are still pulled towards the data, and the ring is learnt.",
        control="a sigmoid before the squares",
        measure=pull,
        criteria=(
            Criterion(metric="gradient_ratio", op=">=", threshold=10.0),
            Criterion(metric="swd", op="<=", threshold=0.3),
        ),
        modules=("ganzoo.losses.least_squares",),
        seconds=30,
    ),
)

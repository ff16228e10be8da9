"""Do the codes come to mean something?"""

from __future__ import annotations

import torch

import ganzoo
from ganzoo.checks.check import IDEA, Check, Criterion
from ganzoo.checks.digits import digits
from ganzoo.checks.playing import play
from ganzoo.metrics.purity import purity

ROUNDS = 4000


def meaning(arm: str, seed: int) -> dict[str, float]:
    """Purity of held-out real digits sorted by the recogniser, and the bound of the categorical information."""
    data, held_out = digits(8), digits(8, "test").first(360)
    gan = ganzoo.create("infogan", data=data, seed=seed, information=1.0 if arm == IDEA else 0.0)
    play(gan, data, rounds=ROUNDS, seed=seed)
    with torch.no_grad(), gan.evaluation():
        logits, _ = gan.recognise(held_out["x"])
        latent = gan.draw(1000, 5)
        information = float(gan.categorical_information(gan.generate(latent, {}), latent))
    return {"purity": purity(logits[0].argmax(1), held_out["y"]), "information": information}


CHECKS = (
    Check(
        name="meaning",
        claim="Without any label the categorical code sorts real digits into classes.",
        control="no information term",
        measure=meaning,
        criteria=(
            Criterion(metric="purity", op=">=", threshold=0.55),
            Criterion(metric="information", op=">=", threshold=1.6),
        ),
        modules=("ganzoo.zoo.infogan", "ganzoo.latents.codes"),
        seconds=60,
    ),
)

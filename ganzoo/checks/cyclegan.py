"""Does the way back tie a translation to its source?"""

from __future__ import annotations

import torch

import ganzoo
from ganzoo.checks.check import CONTROL, IDEA, Check, Criterion
from ganzoo.checks.playing import play
from ganzoo.metrics.judges import load_judge

ROUNDS = 2000
DOMAIN_B = 1


def faithfulness(arm: str, seed: int) -> dict[str, float]:
    """On unpaired shapes with a hidden pairing: distance to the true counterpart, the cycle's, domain and shape."""
    data, held_out = ganzoo.load_data("unpaired"), ganzoo.load_data("unpaired", split="test", size=500)
    gan = ganzoo.create("cyclegan", data=data, seed=seed, cycle=10.0 if arm == IDEA else 0.0)
    # Three times the paper's rate, for a budget that is a hundredth of the paper's.
    play(gan, data, rounds=ROUNDS, seed=seed, players={"all": {"lr": 6e-4}})
    a, b = (images.float() / 127.5 - 1 for images in held_out.pairs)  # type: ignore[union-attr]
    translated = gan.sample(len(a), source=a)
    back = gan.sample(len(a), source=translated, direction="ba")  # type: ignore[call-arg]
    judge = load_judge("shapes")
    kept = judge.predict(translated, "shape") == held_out.attributes["shape"]
    return {
        "distance_to_pair": float((translated - b).abs().mean()),
        "cycle_distance": float((back - a).abs().mean()),
        "in_domain": float((judge.predict(translated, "domain") == DOMAIN_B).double().mean()),
        "shape_kept": float(torch.as_tensor(kept).double().mean()),
    }


CHECKS = (
    Check(
        name="faithfulness",
        claim="Translated shapes change their colours and nothing else.",
        control="no cycle term",
        measure=faithfulness,
        criteria=(
            Criterion(metric="distance_to_pair", op="<=", threshold=0.6, relative_to=CONTROL),
            Criterion(metric="cycle_distance", op="<=", threshold=0.08),
            Criterion(metric="in_domain", op=">=", threshold=0.95),
            Criterion(metric="shape_kept", op=">=", threshold=0.85),
        ),
        modules=("ganzoo.zoo.cyclegan",),
        seconds=170,
    ),
)

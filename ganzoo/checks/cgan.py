"""Does the label decide what is generated?"""

from __future__ import annotations

import torch

import ganzoo
from ganzoo.checks.check import CONTROL, Check, Criterion
from ganzoo.checks.digits import digits
from ganzoo.checks.playing import play
from ganzoo.data import TensorData
from ganzoo.metrics.judges import load_judge
from ganzoo.metrics.label_accuracy import label_accuracy

ROUNDS = 4000


def obedience(arm: str, seed: int) -> dict[str, float]:
    """Share of samples in which the judge sees the digit that was asked for."""
    data = digits(8)
    if arm == CONTROL:
        fields = data.streams["x"]  # type: ignore[attr-defined]
        order = torch.randperm(len(fields["y"]), generator=torch.Generator().manual_seed(seed))
        data = TensorData(data.spec, {"x": {"x": fields["x"], "y": fields["y"][order]}})
    gan = ganzoo.create("cgan", data=data, seed=seed)
    play(gan, data, rounds=ROUNDS, seed=seed)
    wanted = torch.arange(1000) % 10
    return {
        "label_accuracy": label_accuracy(load_judge("digits").predict(gan.sample(1000, seed=5, labels=wanted)), wanted)
    }


def refusal(arm: str, seed: int) -> dict[str, float]:
    """Mean D of held-out real digits with a wrong label, with and without the mismatch term."""
    data, held_out = digits(8), digits(8, "test").first(360)
    gan = ganzoo.create("cgan", data=data, seed=seed, mismatch=arm != CONTROL)
    play(gan, data, rounds=1500, seed=seed)
    wrong = {"y": (held_out["y"] + 1 + torch.arange(360) % 9) % 10}
    with torch.no_grad():
        return {"belief_in_wrong_labels": float(gan.critic(held_out["x"], wrong, "real").sigmoid().mean())}


CHECKS = (
    Check(
        name="obedience",
        claim="Samples show the digit that was asked for.",
        control="the labels of the training data shuffled",
        measure=obedience,
        criteria=(Criterion(metric="label_accuracy", op=">=", threshold=0.85),),
        modules=("ganzoo.zoo.cgan",),
        seconds=60,
    ),
    Check(
        name="refusal",
        claim="With the mismatch term the discriminator refuses real digits that carry a wrong label.",
        control="without the mismatch term",
        measure=refusal,
        criteria=(Criterion(metric="belief_in_wrong_labels", op="<=", threshold=0.3),),
        modules=("ganzoo.zoo.cgan",),
        seconds=40,
    ),
)

"""Does boosting find what earlier components missed?"""

from __future__ import annotations

import torch
from torch import Tensor

import ganzoo
from ganzoo.checks.check import CONTROL, IDEA, Check, Criterion
from ganzoo.checks.playing import play
from ganzoo.data.grid25 import grid25_centres
from ganzoo.metrics.modes import mode_counts, nearest_modes

STD = 0.15  # at 0.05 a component of a budget that fits a check holds hardly any mode
COMPONENT_ROUNDS = 1500
MIXTURE = 5
SAMPLES = 5000


def held_modes(samples: Tensor) -> Tensor:
    """(25,) bool: modes with at least a tenth of their fair share of high-quality samples."""
    return mode_counts(samples, grid25_centres(), STD) >= 0.1 * len(samples) / 25


def coverage(arm: str, seed: int) -> dict[str, float]:
    """Modes of the grid that the mixture holds, and how the classifier's weights favour modes that it misses."""
    data = ganzoo.load_data("grid25", std=STD)
    count = 1 if arm == "single" else MIXTURE
    gan = ganzoo.create("adagan", data=data, seed=seed, mixture=count, boosting=arm == IDEA)
    phases = count + gan.classifier_share * (count - 1)
    play(gan, data, rounds=round(COMPONENT_ROUNDS * phases), seed=seed)
    held = held_modes(gan.sample(SAMPLES, seed=5, batch_size=SAMPLES))
    measured = {"modes": float(held.sum()), "missed_modes": float(25 - held.sum())}
    if arm == IDEA:
        # The first classifier judged the first component alone: rebuild that mixture, and ask it again.
        gan.shares.copy_(torch.tensor([1.0] + [0.0] * (MIXTURE - 1)))
        before = held_modes(gan.sample(SAMPLES, seed=5, batch_size=SAMPLES))
        points = data.first(data.spec.size)["x"]
        weights = gan.weights_of(data, 1)
        missed = ~before[nearest_modes(points, grid25_centres())[0]]
        measured["weight_of_missed"] = float(weights[missed].mean() / weights[~missed].mean()) if missed.any() else 99.0
    return measured


CHECKS = (
    Check(
        name="coverage",
        claim="Components are trained on what the mixture misses, so that it holds more modes than bagging.",
        control="bagging: the same five components on the plain data",
        measure=coverage,
        criteria=(
            Criterion(metric="modes", op=">=", threshold=1.3, relative_to="single"),
            Criterion(metric="missed_modes", op="<=", threshold=0.8, relative_to=CONTROL),
            Criterion(metric="weight_of_missed", op=">=", threshold=3.0),
        ),
        baselines=("single",),
        modules=("ganzoo.zoo.adagan",),
        seconds=120,
    ),
)

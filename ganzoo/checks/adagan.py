"""Does boosting find what earlier components missed?"""

from __future__ import annotations

import torch
from torch import Tensor

import ganzoo
from ganzoo.checks.check import CONTROL, IDEA, Check, Criterion
from ganzoo.checks.playing import play
from ganzoo.data.grid25 import grid25_centres
from ganzoo.metrics.modes import mode_counts, nearest_modes
from ganzoo.training.run import Run

STD = 0.15  # at 0.05 a component of a budget that fits a check holds hardly any mode
COMPONENT_ROUNDS = 500
WEIGHING_ROUNDS = 1500
MIXTURE = 5
SAMPLES = 5000
SHOWN = 10  # modes that the first component is shown in `weighing`


def held_modes(samples: Tensor) -> Tensor:
    """(25,) bool: modes with at least a tenth of their fair share of high-quality samples."""
    return mode_counts(samples, grid25_centres(), STD) >= 0.1 * len(samples) / 25


def coverage(arm: str, seed: int) -> dict[str, float]:
    """Modes of the grid that the mixture holds."""
    data = ganzoo.load_data("grid25", std=STD)
    count = 1 if arm == "single" else MIXTURE
    gan = ganzoo.create("adagan", data=data, seed=seed, mixture=count, boosting=arm == IDEA, classifier_share=1.0)
    play(gan, data, rounds=COMPONENT_ROUNDS * (2 * count - 1), seed=seed)
    held = held_modes(gan.sample(SAMPLES, seed=5, batch_size=SAMPLES))
    return {"modes": float(held.sum()), "missed_modes": float(25 - held.sum())}


def weighing(arm: str, seed: int) -> dict[str, float]:
    """After a first component that was shown 10 of 25 modes: the mean weight of data in the other 15 modes, over that
    in the modes which the component makes up at least as often as the data."""
    data = ganzoo.load_data("grid25", std=STD)
    modes = nearest_modes(data.first(data.spec.size)["x"], grid25_centres())[0]
    gan = ganzoo.create("adagan", data=data, seed=seed, mixture=2, boosting=arm == IDEA, classifier_share=1.0)
    data.weights = (modes < SHOWN).float()  # until the first component is kept

    def look(run: Run) -> dict[str, float]:
        samples = gan.sample(SAMPLES, seed=5, batch_size=SAMPLES)  # of the first component: the second is not yet kept
        covered = (mode_counts(samples, grid25_centres(), STD) >= SAMPLES / 25)[modes]
        weights = torch.ones(len(modes)) if run.data.weights is None else run.data.weights
        return {
            "weight_of_missed": float(weights[modes >= SHOWN].mean() / weights[covered].mean()),
            "covered": float(len(modes[covered].unique())),
        }

    weighed = 2 * WEIGHING_ROUNDS + 1
    return play(gan, data, rounds=3 * WEIGHING_ROUNDS, seed=seed, look=look, at=(weighed,))[0]


CHECKS = (
    Check(
        name="coverage",
        claim="Components are trained on what the mixture misses, so that it holds more modes than bagging.",
        control="bagging: the same five components on the plain data",
        measure=coverage,
        criteria=(
            Criterion(metric="modes", op=">=", threshold=1.3, relative_to="single"),
            Criterion(metric="missed_modes", op="<=", threshold=0.8, relative_to=CONTROL),
        ),
        baselines=("single",),
        modules=("ganzoo.zoo.adagan",),
        seconds=120,
    ),
    Check(
        name="weighing",
        claim="What a component was never shown weighs more in the training of the next.",
        control="bagging: all data weigh alike",
        measure=weighing,
        criteria=(
            Criterion(
                metric="weight_of_missed",
                op=">=",
                threshold=3.0,
                changed=(
                    "it was taken over modes with less than a tenth of their share of good samples; a component that "
                    "is blurred everywhere misses none of them, so now ten modes are known to be shown and 15 not",
                ),
            ),
        ),
        modules=("ganzoo.zoo.adagan",),
        seconds=30,
    ),
)

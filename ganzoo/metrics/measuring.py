"""Scores of a trained model by name, each with its protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ganzoo.data import Data
from ganzoo.data.loading import load_data
from ganzoo.data.ring8 import ring8_centres
from ganzoo.errors import CompatibilityError, UnknownName
from ganzoo.metrics.digits_frechet import digits_frechet_score
from ganzoo.metrics.judges import load_judge
from ganzoo.metrics.modes import high_quality_share, modes_captured
from ganzoo.metrics.protocol import Score

SEED = 1
SAMPLES = 1797
POINTS = 2500
RING_STD = 0.05


def measure(name: str, gan: Any, data: Data) -> Score:
    """One score of a model that was trained on `data`. Raises: UnknownName, CompatibilityError for other data."""
    if name not in MEASURES:
        raise UnknownName(f"no measure {name!r}", hint=f"there are {', '.join(MEASURES)}")
    wanted, take = MEASURES[name]
    if data.spec.name != wanted:
        raise CompatibilityError(f"{name} is taken on {wanted}, not on {data.spec.name}")
    with torch.inference_mode():
        return take(gan, data)


def _digits_frechet(gan: Any, data: Data) -> Score:
    everything = load_data({"name": "digits", "image_size": data.spec.image_size, "split": "all"})
    reference = everything.first(everything.spec.size)["x"]
    return digits_frechet_score(gan.sample(SAMPLES, seed=SEED), reference, split="all", seed=SEED)


def _digits_accepted(gan: Any, data: Data) -> Score:
    judge = load_judge("digits")
    accepted = float(judge.accepts(gan.sample(SAMPLES, seed=SEED)).double().mean())
    return Score(
        metric="digits-accepted",
        value=accepted,
        n_fake=SAMPLES,
        judge=judge.label,
        image_size=data.spec.image_size,
        seed=SEED,
    )


def _obedience(gan: Any, data: Data) -> Score:
    judge = load_judge("digits")
    labels = torch.arange(SAMPLES) % 10
    right = judge.probabilities(gan.sample(SAMPLES, seed=SEED, labels=labels)).argmax(1) == labels
    return Score(
        metric="label-accuracy",
        value=float(right.double().mean()),
        n_fake=SAMPLES,
        judge=judge.label,
        image_size=data.spec.image_size,
        seed=SEED,
    )


def _modes(gan: Any, data: Data) -> Score:
    samples = gan.sample(POINTS, seed=SEED)
    modes = float(modes_captured(samples, ring8_centres(), RING_STD))
    return Score(metric="modes", value=modes, n_fake=POINTS, data="ring8", seed=SEED)


def _high_quality(gan: Any, data: Data) -> Score:
    share = high_quality_share(gan.sample(POINTS, seed=SEED), ring8_centres(), RING_STD)
    return Score(metric="high-quality-share", value=share, n_fake=POINTS, data="ring8", seed=SEED)


# Name -> the data that it is for, and how it is taken.
MEASURES: dict[str, tuple[str, Callable[[Any, Data], Score]]] = {
    "digits-frechet": ("digits", _digits_frechet),
    "digits-accepted": ("digits", _digits_accepted),
    "label-accuracy": ("digits", _obedience),
    "modes": ("ring8", _modes),
    "high-quality-share": ("ring8", _high_quality),
}

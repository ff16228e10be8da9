"""The healthy preset on eight Gaussians, and what is measured there."""

from __future__ import annotations

from typing import Any

import ganzoo
from ganzoo.checks.playing import last_looks, mean_of, play
from ganzoo.data.ring8 import ring8_centres
from ganzoo.gan import GAN
from ganzoo.metrics.modes import high_quality_share, modes_captured
from ganzoo.metrics.reverse_kl import reverse_kl
from ganzoo.metrics.sliced_wasserstein import sliced_wasserstein
from ganzoo.training.run import Run

ROUNDS = 2500
STD = 0.05
SAMPLES = 2500


def measure(gan: GAN, real: Any) -> dict[str, float]:
    """Modes, high-quality share, reverse KL of the modes' shares, and sliced Wasserstein distance of samples."""
    samples = gan.sample(SAMPLES, seed=17, batch_size=SAMPLES)
    centres = ring8_centres()
    return {
        "modes": float(modes_captured(samples, centres, STD)),
        "high_quality": high_quality_share(samples, centres, STD),
        "reverse_kl": reverse_kl(samples, centres),
        "swd": sliced_wasserstein(samples, real),
    }


def train_on_ring(gan: GAN, seed: int, *, rounds: int = ROUNDS, **settings: Any) -> dict[str, float]:
    """Means over the last eight looks of a run of 2,500 rounds at batch 96."""
    data = ganzoo.load_data("ring8", std=STD)
    real = ganzoo.load_data("ring8", std=STD, size=SAMPLES, seed=1).first(SAMPLES)["x"]

    def look(run: Run) -> dict[str, float]:
        return measure(run.sampler, real)

    settings = {"batch_size": 96, **settings}
    return mean_of(play(gan, data, rounds=rounds, seed=seed, look=look, at=last_looks(rounds), **settings))

"""Points along curves: a spiral and two half moons."""

from __future__ import annotations

import math

import numpy as np
import torch

from ganzoo.data.points import check, item_rng, point_data
from ganzoo.data.tensor_data import TensorData


def swiss_roll(*, std: float = 0.02, size: int = 20_000, seed: int = 0) -> TensorData:
    """A spiral, (t cos t, t sin t) / 10 with t uniform in (1.5 pi, 4.5 pi), plus noise; `attributes["t"]` has t.

    Args:
        std: standard deviation of the noise.
        size: number of points; point i is the same for every size.
        seed: of the points.
    """
    check(size=size, std=std)
    t = math.pi * (1.5 + 3 * item_rng(seed, 0).random(size))
    curve = np.stack([t * np.cos(t), t * np.sin(t)], 1) / 10
    data = point_data("swiss-roll", curve + std * item_rng(seed, 1).standard_normal((size, 2)))
    data.attributes["t"] = torch.from_numpy(t.astype(np.float32))
    return data


def moons(*, std: float = 0.03, size: int = 20_000, seed: int = 0) -> TensorData:
    """Two interleaved half circles plus noise; labels tell the upper (0) from the lower (1).

    Args:
        std: standard deviation of the noise.
        size: number of points; point i is the same for every size.
        seed: of the points.
    """
    check(size=size, std=std)
    lower, t = item_rng(seed, 0).random((size, 2)).T
    lower, t = lower >= 0.5, math.pi * t
    curve = np.stack([np.where(lower, 1 - np.cos(t), np.cos(t)), np.where(lower, 0.5 - np.sin(t), np.sin(t))], 1)
    return point_data("moons", curve + std * item_rng(seed, 1).standard_normal((size, 2)), lower, 2)

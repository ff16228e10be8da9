"""Eight Gaussians on a circle, the usual first test of mode collapse."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ganzoo.data.points import mixture
from ganzoo.data.tensor_data import TensorData
from ganzoo.errors import ConfigError

RADIUS = 2.0


def ring8_centres() -> Tensor:
    """The centres (8, 2) float32, counter-clockwise from (2, 0); row k is the centre of label k."""
    angles = torch.arange(8, dtype=torch.float64) * (math.pi / 4)
    return (RADIUS * torch.stack([angles.cos(), angles.sin()], 1)).float()


def ring8(*, std: float = 0.05, size: int = 20_000, decay: float | None = None, seed: int = 0) -> TensorData:
    """Eight round Gaussians on a circle of radius 2; labels are the index of the mode.

    Args:
        std: standard deviation of each.
        size: number of points; point i is the same for every size.
        decay: makes mode k `decay ** k` times as likely as mode 0; None makes all equally likely.
        seed: of the points.
    """
    shares = None
    if decay is not None:
        if not 0 < decay <= 1:
            raise ConfigError(f"decay={decay}: it lies above 0 and up to 1")
        shares = decay ** np.arange(8.0)
        shares /= shares.sum()
    return mixture("ring8", ring8_centres().double().numpy(), std=std, size=size, seed=seed, shares=shares)

"""One Gaussian, and a mixture of two: sets whose density is known in closed form."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ganzoo.data.points import check, item_rng, mixture, point_data
from ganzoo.data.tensor_data import TensorData
from ganzoo.errors import ConfigError


def gauss(*, dim: int = 2, mean: float = 0.0, std: float = 1.0, size: int = 20_000, seed: int = 0) -> TensorData:
    """One round Gaussian without labels.

    Args:
        dim: numbers per point.
        mean: of every one of them.
        std: standard deviation of every one of them.
        size: number of points; point i is the same for every size.
        seed: of the points.
    """
    check(size=size, std=std)
    if dim < 1 or not math.isfinite(mean):
        raise ConfigError(f"dim={dim}, mean={mean}: dim must be 1 or more, mean finite")
    return point_data("gauss", mean + std * item_rng(seed, 0).standard_normal((size, dim)))


def gmm2_centres(*, distance: float = 4.0, dim: int = 2) -> Tensor:
    """The two centres (2, dim) float32, half the distance to either side of the origin on the first axis."""
    centres = torch.zeros(2, dim)
    centres[:, 0] = torch.tensor([-distance / 2, distance / 2])
    return centres


def gmm2(
    *,
    dim: int = 2,
    distance: float = 4.0,
    std: float = 0.5,
    share: float = 0.5,
    size: int = 20_000,
    seed: int = 0,
) -> TensorData:
    """Two round Gaussians; labels are the index of the mode.

    Args:
        dim: numbers per point.
        distance: between the two means.
        std: standard deviation of both.
        share: of the points that belong to mode 0, in (0, 1).
        size: number of points; point i is the same for every size.
        seed: of the points.
    """
    check(size=size, std=std, distance=distance)
    if dim < 1 or not 0 < share < 1:
        raise ConfigError(f"dim={dim}, share={share}: dim must be 1 or more, share between 0 and 1")
    centres = gmm2_centres(distance=distance, dim=dim).double().numpy()
    return mixture("gmm2", centres, std=std, size=size, seed=seed, shares=np.array([share, 1 - share]))

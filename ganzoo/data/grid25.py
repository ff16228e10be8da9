"""Twenty-five Gaussians on a grid (PacGAN, arXiv:1712.04086, section 4)."""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo.data.points import mixture
from ganzoo.data.tensor_data import TensorData


def grid25_centres() -> Tensor:
    """The centres (25, 2) float32, {-4, -2, 0, 2, 4} squared; row k is the centre of label k."""
    steps = torch.arange(-4.0, 5.0, 2.0)
    return torch.cartesian_prod(steps, steps)


def grid25(*, std: float = 0.05, size: int = 20_000, seed: int = 0) -> TensorData:
    """Twenty-five round, equally likely Gaussians; labels are the index of the mode.

    Args:
        std: standard deviation of each.
        size: number of points; point i is the same for every size.
        seed: of the points.
    """
    return mixture("grid25", grid25_centres().double().numpy(), std=std, size=size, seed=seed)

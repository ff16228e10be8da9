"""Precision and recall: how much of one set of features lies in the manifold of another (arXiv:1904.06991)."""

from __future__ import annotations

import torch
from torch import Tensor

NEIGHBOURS = 3


def precision_recall(real: Tensor, fake: Tensor, neighbours: int = NEIGHBOURS) -> tuple[float, float]:
    """Of features (N, D) and (M, D): the share of fakes near some real, and the share of reals near some fake.

    Near is within the distance from that point to its k-th neighbour in its own set (equation 1).
    """
    return covered(fake, real, neighbours), covered(real, fake, neighbours)


def covered(points: Tensor, manifold: Tensor, neighbours: int) -> float:
    """The share of points that lie in one of the balls around the points of a manifold."""
    points, manifold = points.double(), manifold.double()
    radii = torch.cdist(manifold, manifold).kthvalue(neighbours + 1).values  # the nearest is the point itself
    return float((torch.cdist(points, manifold) <= radii).any(1).double().mean())

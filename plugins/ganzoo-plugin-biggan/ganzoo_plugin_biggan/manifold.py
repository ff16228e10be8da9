"""How much of the samples is like the data, and how much of the data the samples reach."""

from __future__ import annotations

import torch
from torch import Tensor


def precision_and_recall(samples: Tensor, reference: Tensor, *, neighbours: int = 3) -> tuple[float, float]:
    """Shares of samples within the data's manifold, and of data within the samples' (arXiv:1904.06991, section 2).

    A manifold is the union of balls around its features (N, dim) and (M, dim), each as wide as the way to its
    `neighbours`-th nearest neighbour. Both lie in [0, 1].
    """
    x, y = samples.double(), reference.double()
    between = torch.cdist(x, y)
    return (
        float((between <= radii(y, neighbours)).any(1).double().mean()),
        float((between <= radii(x, neighbours)[:, None]).any(0).double().mean()),
    )


def radii(features: Tensor, neighbours: int) -> Tensor:
    """(N,): the distance of each of the features (N, dim) to its nearest neighbour but `neighbours` - 1."""
    distances = torch.cdist(features, features)
    return distances.kthvalue(neighbours + 1, dim=1).values  # the nearest is itself


def rank_correlation(first: list[float], second: list[float]) -> float:
    """Spearman's: the correlation of ranks, equal values sharing theirs; 0 where all values of one list are equal."""
    ranks = torch.stack([_ranks(values) for values in (first, second)])
    centred = ranks - ranks.mean(1, keepdim=True)
    norms = centred.norm(dim=1)
    return 0.0 if bool((norms == 0).any()) else float(centred[0] @ centred[1] / norms.prod())


def _ranks(values: list[float]) -> Tensor:
    x = torch.tensor(values, dtype=torch.float64)
    below, equal = (x[:, None] > x).sum(1), (x[:, None] == x).sum(1)
    return below + (equal - 1) / 2

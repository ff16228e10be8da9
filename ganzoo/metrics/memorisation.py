"""Memorisation: the share of samples that sit closer to a training item than training items sit to each other.

A sample counts if its distance to the nearest training item is below 0.5 times the median, over training items, of the
distance to the nearest other one. In [0, 1], lower is better; a copied training set scores 1, fresh draws of the same
law usually near 0. Distances of raw pixels miss copies that are shifted or recoloured: a low score proves nothing, a
high one does. Duplicates in the training set shrink the median; if it is 0, nothing can count, which is refused.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo.errors import DataError
from ganzoo.metrics.inputs import as_pair, as_rows

CHUNK = 1024


def memorisation(samples: Tensor, train: Tensor, *, threshold: float = 0.5) -> float:
    """Share of the samples (N, ...) nearer to one of the training items (M, ...) than threshold * median; M >= 2."""
    x, y = as_pair(samples, train)
    y = as_rows(y, "train", least=2)
    median = float(nearest_distances(y, y, skip_self=True).median())
    if median == 0.0:
        raise DataError(
            "at least half of the training items have an exact duplicate, so closeness to one says nothing",
            hint="remove duplicates from the training items first",
        )
    return float((nearest_distances(x, y) < threshold * median).double().mean())


def nearest_distances(x: Tensor, y: Tensor, *, skip_self: bool = False) -> Tensor:
    """Euclidean distance of each row of x (N, D) to the nearest row of y (M, D); `skip_self` leaves out row i of both.

    Taken in chunks, so that memory stays at CHUNK * M.
    """
    nearest = []
    for start in range(0, len(x), CHUNK):
        distances = torch.cdist(x[start : start + CHUNK], y, compute_mode="donot_use_mm_for_euclid_dist")
        if skip_self:
            rows = torch.arange(len(distances))
            distances[rows, start + rows] = torch.inf
        nearest.append(distances.min(dim=1).values)
    return torch.cat(nearest)

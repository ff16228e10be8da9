"""Sliced Wasserstein distance: the root mean square, over random directions, of the 1-D distances W2 of projections.

SWD^2 = mean over unit u of the integral over t in [0, 1] of (F_x^-1(t) - F_y^-1(t))^2, with F the distribution of the
rows projected on u (Rabin et al. 2011; Bonneel et al. 2015, "Sliced and Radon Wasserstein barycenters"). Lower is
better, 0 for equal sets. A pure shift by d in D dimensions gives d / sqrt(D) in expectation over directions. The
directions are fixed, so scores are comparable; two draws of one law score above 0 (report that floor).
"""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.metrics.inputs import as_pair


def sliced_wasserstein(samples: Tensor, reference: Tensor, *, directions: int = 128, seed: int = 0) -> float:
    """Distance between samples (N, ...) and reference (M, ...), flattened to rows, in the units of their values.

    Args:
        directions: unit vectors that the rows are projected on, at least 1.
        seed: of the directions; scores of different seeds are not comparable.
    """
    if directions < 1:
        raise ConfigError(f"directions is {directions}, at least 1 is needed")
    x, y = as_pair(samples, reference)
    rng = torch.Generator().manual_seed(seed)
    units = torch.nn.functional.normalize(torch.randn(directions, x.shape[1], generator=rng, dtype=torch.float64))
    x_sorted, y_sorted = (x @ units.T).sort(dim=0).values, (y @ units.T).sort(dim=0).values
    return float(squared_distances(x_sorted, y_sorted).mean().sqrt())


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """W2^2 between the columns, sorted, of x (N, K) and y (M, K): (K,), exact for any N and M.

    Both quantile functions are steps, x with jumps at i / N and y at j / M; between two jumps the integrand is
    constant. Counting in units of 1 / (N M) keeps the jumps integers.
    """
    n, m = len(x), len(y)
    jumps = torch.cat([torch.arange(n) * m, torch.arange(m) * n]).unique()
    widths = torch.diff(jumps, append=torch.tensor([n * m])).double() / (n * m)
    return widths @ (x[jumps // m] - y[jumps // n]).square()

"""Kernel distance (KID): unbiased squared maximum mean discrepancy of features, kernel k(a, b) = (a.b / D + 1)^3.

    MMD^2 = mean over i != j of k(x_i, x_j) + mean over i != j of k(y_i, y_j) - 2 mean over i, j of k(x_i, y_j)

Source: Binkowski et al. 2018, "Demystifying MMD GANs", arXiv:1801.01401. Lower is better. Unbiased, unlike the Frechet
distance, so it may come out slightly below 0 for equal laws, and its value does not depend on N (its noise does).
"""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.metrics.inputs import as_pair


def kernel_distance(
    samples: Tensor, reference: Tensor, *, subset_size: int | None = None, subsets: int = 100, seed: int = 0
) -> float:
    """MMD^2 between the features (N, D) and (M, D); N, M >= 2.

    Args:
        subset_size: None takes all rows at once, which has the least noise and costs N M; a number takes the mean over
            random subsets of that size, as the paper does.
        subsets: how many, with `subset_size`.
        seed: of the subsets.
    """
    x, y = as_pair(samples, reference, least=2)
    if subset_size is None:
        return unbiased_mmd(x, y)
    if not 2 <= subset_size <= min(len(x), len(y)) or subsets < 1:
        raise ConfigError(
            f"{subsets} subsets of {subset_size} cannot be taken from {len(x)} samples and a reference of {len(y)}",
            hint=f"choose subset_size from 2 to {min(len(x), len(y))}, or leave it out",
        )
    rng = torch.Generator().manual_seed(seed)
    draws = (
        unbiased_mmd(
            x[torch.randperm(len(x), generator=rng)[:subset_size]],
            y[torch.randperm(len(y), generator=rng)[:subset_size]],
        )
        for _ in range(subsets)
    )
    return sum(draws) / subsets


def unbiased_mmd(x: Tensor, y: Tensor) -> float:
    """MMD^2 between rows (N, D) and (M, D); may be negative."""
    return float(mean_off_diagonal(kernel(x, x)) + mean_off_diagonal(kernel(y, y)) - 2 * kernel(x, y).mean())


def kernel(a: Tensor, b: Tensor) -> Tensor:
    """(N, M) of k(a_i, b_j)."""
    return (a @ b.T / a.shape[1] + 1) ** 3


def mean_off_diagonal(matrix: Tensor) -> Tensor:
    """Mean of the N (N - 1) entries of (N, N) off the diagonal."""
    n = len(matrix)
    return (matrix.sum() - matrix.trace()) / (n * (n - 1))

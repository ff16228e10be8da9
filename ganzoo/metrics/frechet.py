"""Frechet distance between two sets of features, taken as Gaussian (Heusel et al. 2017, "FID", arXiv:1706.08500).

    d^2 = |mu_x - mu_y|^2 + Tr(S_x + S_y - 2 (S_x S_y)^(1/2))

Lower is better, 0 for equal moments. Biased upwards at small N, and the bias depends on the model: compare only at
equal N and with equal features. Blind to everything beyond the first two moments.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo.metrics.inputs import as_pair, as_rows


def frechet(samples: Tensor, reference: Tensor) -> float:
    """Distance between the features (N, D) and (M, D), with covariances divided by N - 1; N, M >= 2."""
    x, y = as_pair(samples, reference, least=2)
    return frechet_of_moments(*moments(x), *moments(y))


def moments(features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (D,) and covariance (D, D) of features (N, D), float64."""
    rows = as_rows(features, "features", least=2)
    return rows.mean(dim=0), torch.cov(rows.T).reshape(rows.shape[1], rows.shape[1])


def frechet_of_moments(mean_x: Tensor, cov_x: Tensor, mean_y: Tensor, cov_y: Tensor) -> float:
    """The same from float64 means (D,) and covariances (D, D).

    With S = F'F, the eigenvalues of S_x S_y are the squared singular values of F_x F_y', so Tr (S_x S_y)^(1/2) is the
    sum of those: no root is taken of the rounding errors of a product, and singular covariances (N <= D, dead features)
    need no added multiple of the identity.
    """
    cross = torch.linalg.svdvals(factor(cov_x) @ factor(cov_y).T).sum()
    return max(0.0, float((mean_x - mean_y).square().sum() + cov_x.trace() + cov_y.trace() - 2 * cross))


def factor(covariance: Tensor) -> Tensor:
    """F with F'F = covariance (D, D), by symmetric eigendecomposition.

    Eigenvalues below D eps times the largest are rounding (some of them negative) and become 0, as their roots are not
    small.
    """
    values, vectors = torch.linalg.eigh((covariance + covariance.T) / 2)
    rounding = len(values) * torch.finfo(values.dtype).eps * values[-1].clamp(min=0)
    roots = torch.where(values > rounding, values, 0.0).sqrt()
    return roots[:, None] * vectors.T

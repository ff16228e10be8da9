from __future__ import annotations

import pytest
import torch

from ganzoo.errors import DataError
from ganzoo.metrics.frechet import frechet, frechet_of_moments, moments


def features(n: int, d: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def moment(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def test_unit_gaussians_one_apart_are_at_distance_one() -> None:
    one = torch.ones(1, 1, dtype=torch.float64)
    assert frechet_of_moments(moment(0), one, moment(1), one) == pytest.approx(1.0, abs=1e-12)


def test_one_dimension_in_closed_form() -> None:
    # (mu_x - mu_y)^2 + (sigma_x - sigma_y)^2
    x, y = moment(9).reshape(1, 1), moment(16).reshape(1, 1)
    assert frechet_of_moments(moment(1), x, moment(3), y) == pytest.approx(4 + 1, abs=1e-12)


def test_commuting_covariances_in_closed_form() -> None:
    rotation, _ = torch.linalg.qr(features(4, 4))
    x, y = moment(1, 4, 9, 0), moment(4, 4, 1, 0.25)
    cov_x, cov_y = rotation @ x.diag() @ rotation.T, rotation @ y.diag() @ rotation.T
    expected = float((x.sqrt() - y.sqrt()).square().sum())
    assert frechet_of_moments(torch.zeros(4), cov_x, torch.zeros(4), cov_y) == pytest.approx(expected, abs=1e-12)


def test_general_covariances_agree_with_the_eigenvalues_of_their_product() -> None:
    x, y = features(50, 6) @ features(6, 6, 1), features(40, 6, 2) @ features(6, 6, 3) + 1
    (mean_x, cov_x), (mean_y, cov_y) = moments(x), moments(y)
    roots = torch.linalg.eigvals(cov_x @ cov_y).real.sqrt().sum()
    expected = (mean_x - mean_y).square().sum() + cov_x.trace() + cov_y.trace() - 2 * roots
    assert frechet(x, y) == pytest.approx(float(expected), rel=1e-10)
    assert frechet(y, x) == pytest.approx(frechet(x, y), rel=1e-12)


def test_covariances_divide_by_n_minus_one() -> None:
    mean, covariance = moments(torch.tensor([0.0, 2.0]))
    assert mean.tolist() == [1.0] and covariance.tolist() == [[2.0]]


def test_identical_and_singular_sets_are_at_distance_zero() -> None:
    x = features(200, 64)
    assert frechet(x, x) == pytest.approx(0.0, abs=1e-10)
    few, dead = features(10, 64), torch.cat([x, torch.zeros(200, 8), x[:, :8]], dim=1)
    assert frechet(few, few) == pytest.approx(0.0, abs=1e-10)
    assert frechet(dead, dead.flip(0)) == pytest.approx(0.0, abs=1e-10)


def test_a_shift_of_singular_features_is_measured_exactly() -> None:
    few = features(10, 64)
    assert frechet(few + 0.01, few) == pytest.approx(64 * 1e-4, rel=1e-8)
    assert frechet(torch.ones(5, 3), torch.zeros(9, 3)) == pytest.approx(3.0)


def test_one_row_has_no_covariance() -> None:
    with pytest.raises(DataError, match="at least 2"):
        frechet(torch.zeros(1, 4), torch.zeros(9, 4))

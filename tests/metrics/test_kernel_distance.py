from __future__ import annotations

import pytest
import torch

from ganzoo.errors import ConfigError, DataError
from ganzoo.metrics.kernel_distance import kernel_distance


def features(n: int, d: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def k(a: torch.Tensor, b: torch.Tensor) -> float:
    return (float(a @ b) / len(a) + 1) ** 3


def test_it_is_the_mean_over_pairs_without_an_item_and_itself() -> None:
    x, y = features(4, 3), features(3, 3, seed=1) + 1
    within_x = sum(k(x[i], x[j]) for i in range(4) for j in range(4) if i != j) / 12
    within_y = sum(k(y[i], y[j]) for i in range(3) for j in range(3) if i != j) / 6
    across = sum(k(x[i], y[j]) for i in range(4) for j in range(3)) / 12
    assert kernel_distance(x, y) == pytest.approx(within_x + within_y - 2 * across, rel=1e-12)


def test_two_draws_of_one_law_are_about_zero_apart_on_either_side() -> None:
    distances = [kernel_distance(features(100, 8, 2 * s), features(100, 8, 2 * s + 1)) for s in range(60)]
    assert min(distances) < 0 < max(distances)
    mean, spread = torch.tensor(distances).mean(), torch.tensor(distances).std()
    assert abs(mean) < 3 * spread / 60**0.5
    assert kernel_distance(features(100, 8) + 0.5, features(100, 8, 1)) > max(distances) * 3


def test_subsets_are_seeded_and_agree_with_the_whole() -> None:
    x, y = features(300, 4), features(200, 4, 1) + 1
    first = kernel_distance(x, y, subset_size=100)
    torch.manual_seed(9)
    assert kernel_distance(x, y, subset_size=100) == first != kernel_distance(x, y, subset_size=100, seed=1)
    assert first == pytest.approx(kernel_distance(x, y), rel=0.1)


def test_subsets_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ConfigError, match="from 2 to 5") as error:
        kernel_distance(features(5, 2), features(9, 2), subset_size=6)
    assert error.value.hint
    with pytest.raises(DataError):
        kernel_distance(features(1, 2), features(9, 2))

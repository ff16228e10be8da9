from __future__ import annotations

import math

import pytest
import torch

from ganzoo.errors import ConfigError, DataError
from ganzoo.metrics.sliced_wasserstein import sliced_wasserstein


def points(n: int, d: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_a_set_is_at_distance_zero_from_itself_in_any_order() -> None:
    x = points(100, 5)
    assert sliced_wasserstein(x, x.flip(0)) == 0.0


def test_in_one_dimension_it_is_the_distance_of_sorted_values() -> None:
    x, y = torch.tensor([3.0, 0.0, 1.0]), torch.tensor([5.0, 1.0, 0.0])
    assert sliced_wasserstein(x, y) == pytest.approx(math.sqrt((0 + 0 + 4) / 3))


@pytest.mark.parametrize("dimensions", [2, 16])
def test_a_pure_shift_gives_its_length_over_the_root_of_the_dimensions(dimensions: int) -> None:
    x, shift = points(50, dimensions), torch.zeros(dimensions, dtype=torch.float64)
    shift[0] = 3.0
    distance = sliced_wasserstein(x + shift, x, directions=20_000)
    assert distance == pytest.approx(3.0 / math.sqrt(dimensions), rel=0.03)


def test_unequal_numbers_are_compared_by_quantiles_exactly() -> None:
    x, y = torch.tensor([0.0, 1.0]), torch.tensor([0.0, 1.0, 2.0])
    # Quantile functions: x is 0 | 1 with a jump at 1/2; y is 0 | 1 | 2 with jumps at 1/3 and 2/3.
    assert sliced_wasserstein(x, y) == pytest.approx(math.sqrt((0 * 2 + 1 * 1 + 0 * 1 + 1 * 2) / 6))
    assert sliced_wasserstein(y, x) == pytest.approx(math.sqrt(0.5))
    z = points(40, 3)
    assert sliced_wasserstein(z.repeat(3, 1), z) == pytest.approx(0.0, abs=1e-12)


def test_directions_come_from_the_seed_alone() -> None:
    x, y = points(30, 4), points(30, 4, seed=1)
    torch.manual_seed(1)
    first = sliced_wasserstein(x, y)
    torch.manual_seed(2)
    assert sliced_wasserstein(x, y) == first != sliced_wasserstein(x, y, seed=1)


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(DataError):
        sliced_wasserstein(points(3, 2), points(3, 3))
    with pytest.raises(ConfigError):
        sliced_wasserstein(points(3, 2), points(3, 2), directions=0)

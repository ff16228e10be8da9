from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganzoo.errors import DataError
from ganzoo.metrics.jensen_shannon import jensen_shannon
from ganzoo.metrics.total_variation import total_variation

Metric = Callable[[torch.Tensor, torch.Tensor], float]
WEIGHTS = st.lists(st.integers(0, 50), min_size=5, max_size=5).filter(any).map(torch.tensor)
BOTH = pytest.mark.parametrize(("metric", "most"), [(jensen_shannon, math.log(2)), (total_variation, 1.0)])


@BOTH
def test_equal_weights_give_zero_and_disjoint_ones_the_most(metric: Metric, most: float) -> None:
    p, q = torch.tensor([3.0, 1.0, 0.0, 0.0]), torch.tensor([0.0, 0.0, 0.2, 0.7])
    assert metric(p, 2 * p) == pytest.approx(0.0, abs=1e-12)
    assert metric(p, q) == pytest.approx(most, rel=1e-12)


@BOTH
@given(p=WEIGHTS, q=WEIGHTS)
def test_they_are_symmetric_and_bounded(metric: Metric, most: float, p: torch.Tensor, q: torch.Tensor) -> None:
    assert metric(p, q) == pytest.approx(metric(q, p), abs=1e-12)
    assert 0.0 <= metric(p, q) <= most


def test_values_computed_by_hand() -> None:
    p, q = torch.tensor([0.5, 0.5]), torch.tensor([1.0, 0.0])
    assert total_variation(p, q) == pytest.approx(0.5)
    kl_p = 0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25)
    assert jensen_shannon(p, q) == pytest.approx((kl_p + math.log(1 / 0.75)) / 2)


@BOTH
def test_what_is_no_distribution_is_refused(metric: Metric, most: float) -> None:
    for broken in (torch.zeros(2), torch.tensor([1.0, -1.0]), torch.tensor([1.0, math.nan]), torch.ones(3)):
        with pytest.raises(DataError):
            metric(torch.ones(2), broken)

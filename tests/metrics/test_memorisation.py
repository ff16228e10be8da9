from __future__ import annotations

import pytest
import torch

from ganzoo.errors import DataError
from ganzoo.metrics.memorisation import memorisation, nearest_distances

TRAIN = torch.arange(10.0)[:, None]


def test_only_samples_within_half_the_usual_gap_count() -> None:
    samples = torch.tensor([[3.0], [3.49], [3.51], [3.5], [12.0]])
    assert memorisation(samples, TRAIN) == pytest.approx(3 / 5)
    assert memorisation(samples, TRAIN, threshold=0.25) == pytest.approx(1 / 5)


def test_a_copy_scores_one_and_a_fresh_draw_near_zero() -> None:
    rng = torch.Generator().manual_seed(0)
    train, fresh = torch.randn(2000, 1, 4, 4, generator=rng), torch.randn(500, 1, 4, 4, generator=rng)
    assert memorisation(train[:500] + 1e-3, train) == 1.0
    assert memorisation(fresh, train) < 0.01


def test_an_item_is_not_its_own_neighbour_in_any_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganzoo.metrics.memorisation.CHUNK", 3)
    rows = TRAIN.double()
    assert nearest_distances(rows, rows, skip_self=True).tolist() == [1.0] * 10
    assert nearest_distances(rows, rows).tolist() == [0.0] * 10


def test_a_training_set_of_duplicates_or_of_one_item_is_refused() -> None:
    with pytest.raises(DataError, match="duplicate"):
        memorisation(TRAIN, torch.cat([TRAIN, TRAIN]))
    with pytest.raises(DataError, match="at least 2"):
        memorisation(TRAIN, TRAIN[:1])

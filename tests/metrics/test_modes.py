from __future__ import annotations

import math

import pytest
import torch

from ganzoo.errors import ConfigError, DataError
from ganzoo.metrics.modes import high_quality_share, mode_shares, modes_captured, nearest_modes

CENTRES = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
SAMPLES = torch.tensor([[0.1, 0.0], [0.0, -0.29], [10.0, 0.31], [9.8, 0.0], [4.0, 0.0]])


def test_each_sample_belongs_to_its_nearest_centre() -> None:
    modes, distances = nearest_modes(SAMPLES, CENTRES)
    assert modes.tolist() == [0, 0, 1, 1, 0]
    assert distances.tolist() == pytest.approx([0.1, 0.29, 0.31, 0.2, 4.0], abs=1e-6)


def test_shares_and_quality_of_a_set_made_by_hand() -> None:
    assert mode_shares(SAMPLES, CENTRES).tolist() == [0.6, 0.4, 0.0]
    assert mode_shares(SAMPLES, CENTRES, std=0.1).tolist() == [0.4, 0.2, 0.0]
    assert high_quality_share(SAMPLES, CENTRES, 0.1) == pytest.approx(0.6)


def test_a_mode_counts_once_it_has_enough_high_quality_samples() -> None:
    assert modes_captured(SAMPLES, CENTRES, 0.1) == 2.0
    assert modes_captured(SAMPLES, CENTRES, 0.1, minimum=2) == 1.0
    assert modes_captured(SAMPLES + 5, CENTRES, 0.1) == 0.0


def test_a_gaussian_has_the_quality_that_the_docstring_says() -> None:
    samples = 0.1 * torch.randn(200_000, 2, generator=torch.Generator().manual_seed(0))
    assert high_quality_share(samples, CENTRES, 0.1) == pytest.approx(1 - math.exp(-4.5), abs=1e-3)


def test_far_from_the_origin_distances_keep_their_precision() -> None:
    centres = torch.tensor([[1e4, 1e4], [1e4 + 1, 1e4]], dtype=torch.float64)
    _, distances = nearest_modes(centres + 1e-3, centres)
    assert distances.tolist() == pytest.approx([math.sqrt(2) * 1e-3] * 2, rel=1e-6)


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(DataError, match="1 of 5 rows hold NaN"):
        modes_captured(torch.where(SAMPLES == 4.0, math.nan, SAMPLES), CENTRES, 0.1)
    with pytest.raises(DataError, match="3 numbers per row"):
        modes_captured(torch.zeros(5, 3), CENTRES, 0.1)
    with pytest.raises(DataError, match="too few"):
        high_quality_share(torch.zeros(0, 2), CENTRES, 0.1)
    with pytest.raises(ConfigError, match="std"):
        modes_captured(SAMPLES, CENTRES, 0.0)

from __future__ import annotations

import math

import pytest
import torch

from ganzoo.errors import DataError
from ganzoo.metrics.reverse_kl import reverse_kl, reverse_kl_of_counts, reverse_kl_of_labels

CENTRES = torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [4.0, 4.0]])


def test_equal_shares_give_zero_and_one_mode_gives_log_k() -> None:
    assert reverse_kl(CENTRES.repeat(3, 1), CENTRES) == 0.0
    assert reverse_kl(CENTRES[:1].repeat(9, 1), CENTRES) == pytest.approx(math.log(4))


def test_it_is_the_sum_of_q_log_q_over_p_not_of_p_log_p_over_q() -> None:
    samples = CENTRES[torch.tensor([0, 0, 0, 1])]
    p = torch.tensor([0.25, 0.25, 0.5, 0.0])
    expected = 0.75 * math.log(0.75 / 0.25) + 0.25 * math.log(0.25 / 0.25)
    assert reverse_kl(samples, CENTRES, p=p) == pytest.approx(expected)
    assert reverse_kl(samples, CENTRES, p=100 * p) == pytest.approx(expected)


def test_with_std_only_high_quality_samples_count() -> None:
    samples = torch.cat([CENTRES, torch.full((4, 2), -1.0)])
    assert reverse_kl(samples, CENTRES) > 0.1
    assert reverse_kl(samples, CENTRES, std=0.05) == pytest.approx(0.0, abs=1e-12)


def test_no_high_quality_sample_at_all_is_the_worst_not_the_best_score() -> None:
    assert reverse_kl(CENTRES + 1, CENTRES, std=0.05) == math.inf


def test_weight_where_there_should_be_none_is_infinitely_wrong() -> None:
    assert reverse_kl_of_counts(torch.tensor([1, 1]), torch.tensor([1.0, 0.0])) == math.inf


def test_classes_of_a_judge_are_modes_too() -> None:
    assert reverse_kl_of_labels(torch.tensor([0, 1, 2, 3]), 4) == 0.0
    assert reverse_kl_of_labels(torch.tensor([2, 2, 2]), 4) == pytest.approx(math.log(4))
    with pytest.raises(DataError, match=r"not within 0\.\.3"):
        reverse_kl_of_labels(torch.tensor([4]), 4)
    with pytest.raises(DataError, match="over 4 and over 2 things"):
        reverse_kl_of_labels(torch.tensor([0]), 4, p=torch.ones(2))

from __future__ import annotations

import pytest
import torch

from ganzoo.errors import DataError
from ganzoo.metrics.label_accuracy import label_accuracy


def test_it_is_the_share_of_labels_that_agree() -> None:
    assert label_accuracy(torch.tensor([1, 2, 3, 3]), torch.tensor([1, 2, 0, 3])) == 0.75


def test_logits_and_nothing_at_all_are_refused() -> None:
    with pytest.raises(DataError, match="integers"):
        label_accuracy(torch.rand(4, 10), torch.arange(4))
    with pytest.raises(DataError):
        label_accuracy(torch.tensor([], dtype=torch.int64), torch.tensor([], dtype=torch.int64))

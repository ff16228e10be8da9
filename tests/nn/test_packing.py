"""Packing: who is packed with whom."""

from __future__ import annotations

import pytest
import torch

from ganzoo.errors import ConfigError
from ganzoo.nn.packing import pack


def test_consecutive_samples_are_joined_along_channels() -> None:
    x = torch.arange(6 * 2 * 3 * 4).reshape(6, 2, 3, 4)
    packed = pack(x, 3)
    assert packed.shape == (2, 6, 3, 4)
    assert torch.equal(packed[0], torch.cat([x[0], x[1], x[2]]))
    assert torch.equal(packed[1], torch.cat([x[3], x[4], x[5]]))


def test_points_are_joined_along_features() -> None:
    assert pack(torch.tensor([[1, 2], [3, 4]]), 2).tolist() == [[1, 2, 3, 4]]


def test_packs_of_one_change_nothing() -> None:
    x = torch.randn(5, 2, 3, 3)
    assert torch.equal(pack(x, 1), x)


@pytest.mark.parametrize(("n", "m"), [(5, 2), (1, 2), (4, 0)])
def test_batches_that_do_not_divide_are_refused_with_the_remedy(n: int, m: int) -> None:
    with pytest.raises(ConfigError, match=f"packs of {m}") as error:
        pack(torch.zeros(n, 2), m)
    assert error.value.hint is not None


def test_empty_batch() -> None:
    assert pack(torch.zeros(0, 2, 4, 4), 2).shape == (0, 4, 4, 4)

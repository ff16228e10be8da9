"""The minibatch standard deviation: groups, values, refusals."""

from __future__ import annotations

import pytest
import torch

from ganzoo.errors import ConfigError
from ganzoo.nn.minibatch_stddev import MinibatchStdDev


def test_one_channel_with_the_mean_deviation_of_each_group() -> None:
    x = torch.randn(8, 3, 2, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    y = MinibatchStdDev(4, eps=0.0)(x)
    assert y.shape == (8, 4, 2, 5)
    assert torch.equal(y[:, :3], x)
    for first in (0, 1):  # two groups: even and odd samples
        expected = x[first::2].std(dim=0, correction=0).mean()
        torch.testing.assert_close(y[first::2, 3], expected.expand(4, 2, 5))
    assert not torch.equal(y[0, 3], y[1, 3])


def test_a_smaller_batch_is_one_group() -> None:
    x = torch.tensor([0.0, 2.0, 4.0]).view(3, 1, 1, 1)
    y = MinibatchStdDev(4, eps=0.0)(x)
    torch.testing.assert_close(y[:, 1].flatten(), torch.full((3,), (8 / 3) ** 0.5))


def test_equal_samples_and_single_samples_have_no_deviation_and_finite_gradients() -> None:
    for n in (1, 4):
        x = torch.ones(n, 2, 3, 3, requires_grad=True)
        y = MinibatchStdDev()(x)
        assert y[:, 2].abs().max() <= 1.01e-4
        (gradient,) = torch.autograd.grad(y.sum(), x)
        assert gradient.isfinite().all()


def test_empty_batch() -> None:
    assert MinibatchStdDev()(torch.zeros(0, 2, 3, 3)).shape == (0, 3, 3, 3)


def test_refusals() -> None:
    with pytest.raises(ConfigError, match="groups of 4") as error:
        MinibatchStdDev(4)(torch.zeros(6, 1, 2, 2))
    assert "multiple of 4" in str(error.value)
    with pytest.raises(ConfigError, match="1 sample or more"):
        MinibatchStdDev(0)

from __future__ import annotations

import naive_stylegan2 as naive
import pytest
import torch

from ganzoo.errors import ConfigError
from ganzoo_plugin_stylegan.upfirdn import convolve_down, convolve_up, downsample, normalised, upsample

FILTERS = [(1, 1), (1, 2, 1), (1, 3, 3, 1), (1, 2, 3, 5), (1, 4, 6, 4, 1), (-1, 2, 9, 9, 2, -1)]


@pytest.fixture(params=FILTERS, ids=str)
def taps(request):
    return normalised(request.param).double()


@pytest.fixture
def x():
    torch.manual_seed(0)
    return torch.randn(2, 3, 6, 8, dtype=torch.float64)


def test_doubling_and_halving_are_their_definitions(x, taps):
    torch.testing.assert_close(upsample(x, taps), naive.doubled(x, taps))
    torch.testing.assert_close(downsample(x, taps), naive.halved(x, taps))


@pytest.mark.parametrize("size", [1, 3])
def test_convolutions_that_double_and_halve_are_their_definitions(x, taps, size):
    weight = torch.randn(4, 3, size, size, dtype=torch.float64)
    torch.testing.assert_close(convolve_up(x, weight, taps), naive.convolved_doubled(x, weight, taps))
    torch.testing.assert_close(convolve_down(x, weight, taps), naive.convolved_halved(x, weight, taps))


def test_the_memory_format_makes_no_difference(x, taps):
    weight, other = torch.randn(4, 3, 3, 3, dtype=torch.float64), x.contiguous(memory_format=torch.channels_last)
    for function in (convolve_up, convolve_down):
        torch.testing.assert_close(function(other, weight, taps), function(x, weight, taps))
    torch.testing.assert_close(upsample(other, taps), upsample(x, taps))


def test_a_flat_image_keeps_its_level_away_from_the_edge():
    taps = normalised((1, 3, 3, 1))
    flat = torch.full((1, 2, 8, 8), 0.7)
    torch.testing.assert_close(upsample(flat, taps)[:, :, 2:-2, 2:-2], torch.full((1, 2, 12, 12), 0.7))
    torch.testing.assert_close(downsample(flat, taps)[:, :, 1:-1, 1:-1], torch.full((1, 2, 2, 2), 0.7))
    one = torch.ones(1, 2, 1, 1) / 2
    torch.testing.assert_close(convolve_up(flat, one, taps)[:, :, 2:-2, 2:-2], torch.full((1, 1, 12, 12), 0.7))


def test_a_filter_of_one_tap_or_of_sum_zero_is_refused():
    for wrong in ((1.0,), (1.0, -1.0), ()):
        with pytest.raises(ConfigError, match="filter"):
            normalised(wrong)

from __future__ import annotations

import naive_stylegan2 as naive
import pytest
import torch

from ganzoo_plugin_stylegan.modulated_convolution import energy, in_quick_layout, modulated_convolution
from ganzoo_plugin_stylegan.upfirdn import normalised


@pytest.mark.parametrize("up", [False, True])
@pytest.mark.parametrize("demodulate", [False, True])
def test_it_is_a_convolution_with_weights_per_sample(up, demodulate):
    torch.manual_seed(0)
    x, style = torch.randn(3, 5, 6, 6, dtype=torch.float64), torch.randn(3, 5, dtype=torch.float64)
    weight = torch.randn(4, 5, 3, 3, dtype=torch.float64)
    taps = normalised((1, 3, 3, 1)).double() if up else None
    expected = naive.modulated(x, weight, style, demodulate=demodulate, up=taps)
    torch.testing.assert_close(modulated_convolution(x, weight, style, demodulate=demodulate, up=taps), expected)
    with torch.no_grad():
        quick = in_quick_layout(weight)
        torch.testing.assert_close(modulated_convolution(x, quick, style, demodulate=demodulate, up=taps), expected)


def test_a_demodulated_output_has_unit_variance_whatever_the_style():
    torch.manual_seed(0)
    x, weight = torch.randn(4, 64, 32, 32), torch.randn(8, 64, 3, 3)
    style = torch.randn(4, 64) * torch.tensor([0.01, 0.1, 1.0, 100.0])[:, None]
    inside = modulated_convolution(x, weight, style)[:, :, 1:-1, 1:-1]
    assert (inside.var((2, 3)).mean(1) - 1).abs().max() < 0.1
    inside = modulated_convolution(x, weight, style, demodulate=False)[:, :, 1:-1, 1:-1]
    assert (inside.var((2, 3)).mean(1) - 1).abs().min() > 0.5


def test_the_squares_sums_have_their_gradients_and_keep_the_weights():
    weight = torch.randn(2, 3, 3, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(energy, weight)
    before = weight.detach().clone()
    with torch.no_grad():
        torch.testing.assert_close(energy(weight), weight.square().sum((2, 3)))
    assert torch.equal(weight, before)


def test_the_layout_changes_no_value():
    weight = torch.randn(4, 5, 3, 3)
    assert torch.equal(in_quick_layout(weight), weight)

from __future__ import annotations

import naive_stylegan2 as naive
import pytest
import torch

from ganzoo_plugin_stylegan.benchmarks.sampling_speed import floor
from ganzoo_plugin_stylegan.synthesis import Synthesis

SIZES, WIDTHS = (4, 8, 16), (6, 5, 4)


def built(**settings):
    torch.manual_seed(0)
    network = Synthesis(style_dim=7, channels=3, sizes=SIZES, widths=WIDTHS, **settings).double()
    for parameter in network.parameters():
        parameter.data += 0.3 * torch.randn_like(parameter)
    return network


@pytest.mark.parametrize("architecture", ["skip", "resnet", "orig"])
@pytest.mark.parametrize("clamp", [None, 0.8])
def test_it_is_its_layers_one_by_one(architecture, clamp):
    network = built(architecture=architecture, clamp=clamp, resample_filter=(1, 2, 3, 5))
    ws = torch.randn(3, network.num_styles, 7, dtype=torch.float64)
    noise = [part.double() for part in network.draw_noise(3, torch.Generator().manual_seed(1))]
    expected = naive.synthesised(network, ws, noise, architecture)
    learning = network(ws, noise)
    torch.testing.assert_close(learning, expected)
    with torch.no_grad():  # there it works in place
        torch.testing.assert_close(network(ws, noise), expected)
        torch.testing.assert_close(network(ws), naive.synthesised(network, ws, [], architecture))
        torch.testing.assert_close(network(ws, noise), learning)


def test_the_benchmark_s_floor_is_the_same_network():
    network = built()
    ws = torch.randn(2, network.num_styles, 7, dtype=torch.float64)
    torch.testing.assert_close(floor(network, ws, network.constant_noise()), network(ws, network.constant_noise()))


@pytest.mark.parametrize("architecture", ["skip", "resnet", "orig"])
def test_every_style_and_every_noise_is_used(architecture):
    network = built(architecture=architecture)
    assert network.num_styles == 6 and [len(n) for n in network.constant_noise()] == [1] * 5
    ws, noise = torch.randn(1, 6, 7, dtype=torch.float64), network.constant_noise()
    image = network(ws, noise)
    for i in range(6):
        # A style between two sizes also shows the image of the smaller one, where there is such.
        other = ws.clone()
        other[:, i] += 1
        assert not torch.allclose(network(other, noise), image), f"style {i}"
    for i in range(5):
        other = [part + (k == i) * torch.randn_like(part) for k, part in enumerate(noise)]
        assert not torch.allclose(network(ws, other), image), f"noise {i}"


def test_noise_is_drawn_in_the_layers_order():
    network = built()
    drawn = network.draw_noise(2, torch.Generator().manual_seed(123))
    torch.manual_seed(123)
    expected = [torch.randn([2, 1, size, size]) for size in (4, 8, 8, 16, 16)]
    assert all(torch.equal(a, b) for a, b in zip(drawn, expected, strict=True))


def test_without_noise_there_is_none():
    network = built(noise=False)
    assert network.constant_noise() == [] and network.draw_noise(2, torch.Generator()) == []
    assert not [name for name in network.state_dict() if "noise" in name or "strength" in name]
    assert network(torch.randn(2, 6, 7, dtype=torch.float64)).shape == (2, 3, 16, 16)

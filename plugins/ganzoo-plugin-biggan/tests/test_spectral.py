"""The plugin's spectral norm against torch's, and against singular values."""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch.nn.functional import normalize
from torch.nn.utils import parametrizations

from ganzoo_plugin_biggan.spectral import spectral_norm


def test_in_evaluation_it_is_torch_s():
    ours = nn.Conv2d(3, 5, 3).double()
    theirs = parametrizations.spectral_norm(copy.deepcopy(ours))
    spectral_norm(nn.Conv2d, inside=ours)
    assert ours.state_dict().keys() == theirs.state_dict().keys()
    with torch.no_grad():
        theirs.parametrizations.weight.original.mul_(3).add_(0.1)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(2, 3, 4, 4, dtype=torch.float64)
    for layer in (ours, theirs):
        layer.eval()(x).square().sum().backward()
    torch.testing.assert_close(ours(x), theirs(x))
    gradients = [layer.parametrizations.weight.original.grad for layer in (ours, theirs)]
    torch.testing.assert_close(gradients[0], gradients[1])


def test_a_training_pass_takes_one_step_and_earlier_passes_keep_theirs():
    layer = nn.Linear(4, 3).double()
    spectral_norm(nn.Linear, inside=layer)
    weight, norm = layer.parametrizations.weight.original, layer.parametrizations.weight[0]
    with torch.no_grad():
        weight.add_(torch.randn(3, 4))
    x = torch.randn(2, 4, dtype=torch.float64)
    u, expected = norm._u.clone(), 0.0
    for _ in range(2):
        v = normalize(weight.detach().T @ u, dim=0)
        u = normalize(weight.detach() @ v, dim=0)
        expected = expected + nn.functional.linear(x, weight / (u @ weight @ v), layer.bias).square().sum()
    found = layer(x).square().sum() + layer(x).square().sum()
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close((norm._u, norm._v), (u, v))
    torch.testing.assert_close(*(torch.autograd.grad(total, weight) for total in (found, expected)))


def test_weights_have_a_largest_singular_value_of_one():
    layer = nn.Linear(6, 4)
    spectral_norm(nn.Linear, inside=layer)
    for _ in range(50):
        layer(torch.randn(1, 6))
    before = copy.deepcopy(layer.state_dict())
    assert abs(torch.linalg.matrix_norm(layer.eval().weight, ord=2).item() - 1) < 1e-4
    layer(torch.randn(1, 6))
    torch.testing.assert_close(layer.state_dict(), before, rtol=0, atol=0)


def test_without_values_no_step_is_taken():
    with torch.device("meta"):
        layer = nn.Sequential(nn.Linear(3, 2), nn.Embedding(4, 2))
        spectral_norm(nn.Linear, nn.Embedding, inside=layer)
    shapes = {name: tuple(tensor.shape) for name, tensor in layer.state_dict().items()}
    assert shapes["0.parametrizations.weight.0._u"] == (2,) and shapes["1.parametrizations.weight.0._v"] == (2,)

"""MLP: layers, activations, refusals."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganzoo.errors import ConfigError
from ganzoo.nn.mlp import MLP


def test_layers_in_order() -> None:
    net = MLP((4, 8, 6, 2), "leaky-relu", output_activation="tanh")
    assert [type(layer) for layer in net] == [
        nn.Linear, nn.LeakyReLU, nn.Linear, nn.LeakyReLU, nn.Linear, nn.Tanh,
    ]  # fmt: skip
    assert [tuple(layer.weight.shape) for layer in net if isinstance(layer, nn.Linear)] == [(8, 4), (6, 8), (2, 6)]
    assert net[1].negative_slope == 0.2


@pytest.mark.parametrize(("activation", "expected"), [("relu", 0.0), ("leaky-relu", -0.4), ("tanh", -0.9640276)])
def test_activations(activation: str, expected: float) -> None:
    net = MLP((1, 1, 1), activation)
    with torch.no_grad():
        net[0].weight.fill_(1), net[0].bias.zero_(), net[2].weight.fill_(1), net[2].bias.zero_()
    assert net(torch.tensor([[-2.0]])).item() == pytest.approx(expected)


def test_output_is_unbounded_unless_asked() -> None:
    assert isinstance(MLP((2, 3))[-1], nn.Linear)


@pytest.mark.parametrize("given", [{"sizes": (3,)}, {"sizes": (3, 0)}, {"sizes": (3, 3), "activation": "gelu"}])
def test_refusals(given: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        MLP(**given)

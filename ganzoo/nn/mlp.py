"""Fully connected networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from torch import nn

from ganzoo.errors import ConfigError

Activation = Literal["relu", "leaky-relu", "tanh"]

ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky-relu": lambda: nn.LeakyReLU(0.2),
    "tanh": nn.Tanh,
}


class MLP(nn.Sequential):
    """Linear layers with an activation between each two: (N, sizes[0]) -> (N, sizes[-1]).

    Args:
        sizes: numbers in the input, in each hidden layer, and in the output.
        activation: of the hidden layers; leaky-relu has the slope 0.2.
        output_activation: of the output; None leaves it unbounded.

    Raises ConfigError for fewer than two sizes, sizes below 1, or an unknown activation.
    """

    def __init__(
        self, sizes: Sequence[int], activation: Activation = "relu", *, output_activation: Activation | None = None
    ) -> None:
        if len(sizes) < 2 or min(sizes) < 1:
            raise ConfigError(f"sizes={tuple(sizes)}: an MLP needs an input and an output of 1 number or more")
        unknown = {activation, output_activation} - {*ACTIVATIONS, None}
        if unknown:
            raise ConfigError(f"unknown activation {unknown.pop()!r}", hint=f"known are {', '.join(ACTIVATIONS)}")
        layers: list[nn.Module] = []
        for i in range(len(sizes) - 1):
            if i:
                layers.append(ACTIVATIONS[activation]())
            layers.append(nn.Linear(sizes[i], sizes[i + 1]))
        if output_activation is not None:
            layers.append(ACTIVATIONS[output_activation]())
        super().__init__(*layers)

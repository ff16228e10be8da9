"""Several fully connected networks of one shape, evaluated in one go."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from ganzoo.errors import ConfigError


class StackedMLP(nn.Module):
    """K networks of linear layers with ReLU between: (K, M, sizes[0]) -> (K, M, sizes[-1]).

    Args:
        count: K, 1 or more.
        sizes: numbers in the input, in each hidden layer, and in the output.
        same_start: give all networks the same initial weights.

    Weights start as those of `torch.nn.Linear`: uniform within 1 / sqrt(inputs).
    """

    def __init__(self, count: int, sizes: Sequence[int], *, same_start: bool = False) -> None:
        super().__init__()
        if count < 1 or len(sizes) < 2 or min(sizes) < 1:
            raise ConfigError(f"{count} networks of sizes {tuple(sizes)}: all must be 1 or more")
        self.count = count
        self.weights, self.biases = nn.ParameterList(), nn.ParameterList()
        for inputs, outputs in itertools.pairwise(sizes):
            bound = 1 / math.sqrt(inputs)
            drawn = 1 if same_start else count
            self.weights.append(
                torch.empty(drawn, inputs, outputs).uniform_(-bound, bound).repeat(count // drawn, 1, 1)
            )
            self.biases.append(torch.empty(drawn, 1, outputs).uniform_(-bound, bound).repeat(count // drawn, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = torch.baddbmm(bias, relu(x) if layer else x, weight)
        return x

    def route(self, x: Tensor, index: Tensor) -> Tensor:
        """Each row of x (N, inputs) through the network of its index (N,): (N, outputs).

        All networks see all rows, and one answer of each is kept: the shapes depend on no tensor's value, so that
        nothing waits for the device.
        """
        answers = self(x.expand(self.count, *x.shape))  # (K, N, outputs)
        return answers[index, torch.arange(len(x), device=x.device)]

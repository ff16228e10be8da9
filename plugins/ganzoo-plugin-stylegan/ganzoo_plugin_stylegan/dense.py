"""Fully connected layers with an equalised learning rate and a multiplier of it."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

SLOPE = 0.2
ROOT_2 = math.sqrt(2)  # keeps the second moment of a leaky ReLU's output at that of its input, nearly


class Dense(nn.Module):
    """(N, in_features) -> (N, out_features), He's scale applied at run time (arXiv:1710.10196, section 4.1).

    Args:
        in_features, out_features: numbers per sample.
        activate: leaky ReLU of slope 0.2, times sqrt(2).
        rate: multiplier of the learning rate: weights and biases are stored divided by it, so that a step of the
            optimiser moves the layer `rate` times as far (arXiv:1812.04948, appendix C).
        bias: what the biases start at.
    """

    def __init__(
        self, in_features: int, out_features: int, *, activate: bool = False, rate: float = 1.0, bias: float = 0.0
    ) -> None:
        super().__init__()
        self.activate = activate
        self.rate = rate
        self.scale = rate / math.sqrt(in_features)
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / rate)
        self.bias = nn.Parameter(torch.full((out_features,), bias / rate))

    def forward(self, x: Tensor) -> Tensor:
        y = torch.addmm(self.bias, x, self.weight.t(), beta=self.rate, alpha=self.scale)
        return leaky_relu(y, SLOPE) * ROOT_2 if self.activate else y

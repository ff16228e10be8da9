"""Layers with an equalised learning rate: He's scale is applied at run time, so that all weights learn alike."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, linear


class EqualisedConv2d(nn.Module):
    """A convolution with weights that start at N(0, 1), times gain / sqrt(fan in) (arXiv:1710.10196, section 4.1).

    Args:
        in_channels, out_channels, kernel_size, stride, padding, bias: as of nn.Conv2d; the bias starts at 0.
        gain: sqrt(2) before a (leaky) ReLU, 1 before no activation.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        *,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
        gain: float = math.sqrt(2),
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None
        self.scale = gain / math.sqrt(in_channels * kernel_size**2)
        self.stride = stride
        self.padding = padding

    def forward(self, x: Tensor) -> Tensor:
        return conv2d(x, self.weight * self.scale, self.bias, stride=self.stride, padding=self.padding)


class EqualisedLinear(nn.Module):
    """A linear layer with weights that start at N(0, 1), times gain / sqrt(fan in) (arXiv:1710.10196, section 4.1).

    Args:
        in_features, out_features, bias: as of nn.Linear; the bias starts at 0.
        gain: sqrt(2) before a (leaky) ReLU, 1 before no activation.
    """

    def __init__(self, in_features: int, out_features: int, *, bias: bool = True, gain: float = math.sqrt(2)) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None
        self.scale = gain / math.sqrt(in_features)

    def forward(self, x: Tensor) -> Tensor:
        return linear(x, self.weight * self.scale, self.bias)

"""StyleGAN3's input: waves of an endless plane that a style turns and shifts (arXiv:2106.12423, section 3.1)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import affine_grid

from ganzoo_plugin_stylegan.dense import Dense


class FourierInput(nn.Module):
    """Styles (N, style_dim) to features (N, channels, size, size).

    Args:
        size: side in pixels, margins included.
        rate: samples per side of the image.
        bandwidth: largest frequency, in cycles per side.

    Buffers: `transform` (3, 3), by which the user turns and shifts the plane, in sides; `frequencies` (channels, 2)
    and `phases` (channels,), drawn once.
    """

    def __init__(self, style_dim: int, channels: int, size: int, rate: float, bandwidth: float) -> None:
        super().__init__()
        self.size, self.rate, self.bandwidth = size, rate, bandwidth
        frequencies = torch.randn(channels, 2)
        radius = frequencies.norm(dim=1, keepdim=True)
        # A normal law's directions, at radii that fill the disc evenly.
        self.register_buffer("frequencies", frequencies / (radius * radius.square().exp().pow(0.25)) * bandwidth)
        self.register_buffer("phases", torch.rand(channels) - 0.5)
        self.register_buffer("transform", torch.eye(3))
        self.weight = nn.Parameter(torch.randn(channels, channels))
        self.affine = Dense(style_dim, 4)
        with torch.no_grad():
            self.affine.weight.zero_()
            self.affine.bias.copy_(torch.tensor([1.0, 0.0, 0.0, 0.0]))

    def forward(self, w: Tensor) -> Tensor:
        transforms = placed(self.affine(w)) @ self.transform  # (N, 3, 3)
        phases = self.phases + (self.frequencies @ transforms[:, :2, 2:]).squeeze(2)  # (N, channels)
        frequencies = self.frequencies @ transforms[:, :2, :2]  # (N, channels, 2)
        # What a transform moved beyond the bandwidth fades, so that it cannot alias.
        beyond = (frequencies.norm(dim=2) - self.bandwidth) / (self.rate / 2 - self.bandwidth)
        amplitudes = (1 - beyond).clamp(0, 1)
        half = 0.5 * self.size / self.rate
        theta = torch.tensor([[half, 0.0, 0.0], [0.0, half, 0.0]], device=w.device, dtype=self.frequencies.dtype)
        grid = affine_grid(theta[None], [1, 1, self.size, self.size], align_corners=False)  # (1, size, size, 2)
        waves = grid.flatten(1, 2) @ frequencies.transpose(1, 2) + phases[:, None]  # (N, size^2, channels)
        x = torch.sin(2 * math.pi * waves) * amplitudes[:, None]
        x = x @ (self.weight / math.sqrt(len(self.weight))).t()
        return x.transpose(1, 2).unflatten(2, (self.size, self.size))


def placed(numbers: Tensor) -> Tensor:
    """(N, 4) cosine, sine, and a shift, made a unit vector in the first two, to transforms (N, 3, 3) of coordinates."""
    numbers = numbers / numbers[:, :2].norm(dim=1, keepdim=True)
    cosine, sine, x, y = numbers.unbind(1)
    zero, one = torch.zeros_like(cosine), torch.ones_like(cosine)
    turn = torch.stack([cosine, -sine, zero, sine, cosine, zero, zero, zero, one], 1).unflatten(1, (3, 3))
    shift = torch.stack([one, zero, -x, zero, one, -y, zero, zero, one], 1).unflatten(1, (3, 3))
    return turn @ shift

"""StyleGAN's synthesis network: normalised features take their scale and bias from a style (arXiv:1812.04948).

Layer:  x -> [double the size ->] convolution [-> blur] -> + strength * noise + bias -> leaky ReLU -> AdaIN.
The first layer has the learned constant in place of a convolution. An image is read off the last features.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import instance_norm, interpolate, leaky_relu

from ganzoo.nn.equalised import EqualisedConv2d
from ganzoo_plugin_stylegan.dense import SLOPE, Dense
from ganzoo_plugin_stylegan.upfirdn import blur, normalised


class AdaptiveNorm(nn.Module):
    """AdaIN (equation 1): every channel of every sample normalised, then scaled and shifted by a style."""

    def __init__(self, channels: int, style_dim: int) -> None:
        super().__init__()
        self.affine = Dense(style_dim, 2 * channels)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        scale, shift = self.affine(w)[:, :, None, None].chunk(2, 1)
        return instance_norm(x, eps=1e-8) * (1 + scale) + shift


class AdaptiveLayer(nn.Module):
    """x (N, in, H, W), w (N, style_dim), noise (N or 1, 1, H', W') or None -> (N, out, H', W').

    Args:
        before: channels of x; 0 begins with a learned constant.
        size: H'.
        up: H' is 2 H.
        noise: False builds it without noise.
    """

    def __init__(self, before: int, width: int, style_dim: int, size: int, *, up: bool, noise: bool) -> None:
        super().__init__()
        self.up = up
        # Not of ones: AdaIN would leave nothing of them but noise, and the first gradients, thousands of times as large
        # as later ones, would hold back Adam's steps for hundreds of rounds.
        self.constant = None if before else nn.Parameter(torch.randn(1, width, size, size))
        self.convolution = EqualisedConv2d(before, width, 3, padding=1, bias=False) if before else None
        self.bias = nn.Parameter(torch.zeros(width))
        self.strength = nn.Parameter(torch.zeros(width)) if noise else None
        self.register_buffer("noise", torch.randn(1, 1, size, size) if noise else None)
        self.style = AdaptiveNorm(width, style_dim)

    def forward(self, x: Tensor | None, w: Tensor, noise: Tensor | None, taps: Tensor) -> Tensor:
        if self.convolution is None:
            x = self.constant.expand(len(w), -1, -1, -1)
        else:
            assert x is not None
            x = self.convolution(interpolate(x, scale_factor=2, mode="nearest") if self.up else x)
            if self.up:
                before = (len(taps) - 1) // 2
                x = blur(x, taps, before, len(taps) - 1 - before)
        if noise is not None and self.strength is not None:
            x = x + noise * self.strength[:, None, None]
        return self.style(leaky_relu(x + self.bias[:, None, None], SLOPE), w)


class AdaptiveSynthesis(nn.Module):
    """Styles (N, num_styles, style_dim) to images (N, channels, size, size), in about [-1, 1].

    Args:
        sizes, widths: of the stages, from the smallest; two layers each.
        noise: False builds it without noise.
        blur_filter: taps of the filter after each doubling.
    """

    def __init__(
        self,
        *,
        style_dim: int,
        channels: int,
        sizes: Sequence[int],
        widths: Sequence[int],
        noise: bool = True,
        blur_filter: Sequence[float] = (1, 2, 1),
    ) -> None:
        super().__init__()
        self.num_styles, self.style_dim = 2 * len(sizes), style_dim
        self.noise_sizes = [size for size in sizes for _ in range(2)] if noise else []
        self.taps: Tensor
        self.register_buffer("taps", normalised(blur_filter))
        self.layers: Any = nn.ModuleList()
        for stage, (size, width) in enumerate(zip(sizes, widths, strict=True)):
            before = widths[stage - 1] if stage else 0
            self.layers.append(AdaptiveLayer(before, width, style_dim, size, up=stage > 0, noise=noise))
            self.layers.append(AdaptiveLayer(width, width, style_dim, size, up=False, noise=noise))
        self.to_image = EqualisedConv2d(widths[-1], channels, 1, gain=1.0)

    def constant_noise(self) -> list[Tensor]:
        """The noise (1, 1, size, size) that each layer has for always; [] where it is built without noise."""
        return [layer.noise for layer in self.layers if layer.noise is not None]

    def draw_noise(self, n: int, rng: torch.Generator) -> list[Tensor]:
        """New noise (n, 1, size, size) for every layer, in their order, on the generator's device."""
        return [torch.randn(n, 1, size, size, generator=rng, device=rng.device) for size in self.noise_sizes]

    def style_weights(self) -> list[Tensor]:
        """For each style, the matrix (rows, style_dim) that it meets."""
        return [layer.style.affine.weight for layer in self.layers]

    def forward(self, ws: Tensor, noise: Sequence[Tensor] = ()) -> Tensor:
        """noise: one per layer, for each sample or for all alike; none at all leaves the noise out."""
        given: list[Tensor | None] = list(noise) if noise else [None] * self.num_styles
        x: Tensor | None = None
        for layer, w, own in zip(self.layers, ws.unbind(1), given, strict=True):
            x = layer(x, w, own, self.taps)
        return self.to_image(x)

"""StyleGAN3's synthesis network: maps between continuous signals, none of which aliases (arXiv:2106.12423).

Layer:  x / its usual strength -> modulated convolution -> + bias -> [rate up, leaky ReLU, rate down]
A leaky ReLU makes frequencies that its samples cannot hold. At twice the rate they can, until a low-pass filter takes
them away. The rate of a layer's output is reached on the same way.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, leaky_relu

from ganzoo.errors import ConfigError
from ganzoo_plugin_stylegan.dense import ROOT_2, SLOPE, Dense
from ganzoo_plugin_stylegan.fourier_input import FourierInput
from ganzoo_plugin_stylegan.layer_plan import LayerPlan
from ganzoo_plugin_stylegan.low_pass import low_pass, lower_rate, raise_rate
from ganzoo_plugin_stylegan.modulated_convolution import demodulation

OUTPUT_SCALE = 0.25


class AliasFreeLayer(nn.Module):
    """x (N, in_channels, in_size, in_size), w (N, style_dim) -> (N, out_channels, out_size, out_size).

    Args:
        filter_taps: per factor by which a rate changes.
        activation_rate: how many times the layer's rate the leaky ReLU samples at; 1 lets it alias.
        radial: the filter downwards is equal in all directions, where the layer is not critically sampled.
        clamp: largest value that may come out; None leaves them.

    `magnitude` is the mean square of what came in, tracked in training.
    """

    def __init__(
        self,
        style_dim: int,
        plan: LayerPlan,
        *,
        filter_taps: int = 6,
        activation_rate: int = 2,
        radial: bool = False,
        clamp: float | None = 256.0,
    ) -> None:
        super().__init__()
        self.plan, self.clamp = plan, clamp
        self.affine = Dense(style_dim, plan.in_channels, bias=1.0)
        self.weight = nn.Parameter(torch.randn(plan.out_channels, plan.in_channels, plan.kernel, plan.kernel))
        self.bias = nn.Parameter(torch.zeros(plan.out_channels))
        self.register_buffer("magnitude", torch.ones(()))
        rate = max(plan.in_rate, plan.out_rate) * (1 if plan.image else activation_rate)
        self.up, self.down = rate // plan.in_rate, rate // plan.out_rate
        up_taps, down_taps = (
            1 if plan.image or factor == 1 else filter_taps * factor for factor in (self.up, self.down)
        )
        up_filter = low_pass(up_taps, plan.in_cutoff, 2 * plan.in_half_width, rate)
        down_filter = low_pass(
            down_taps, plan.out_cutoff, 2 * plan.out_half_width, rate, radial=radial and not plan.critical
        )
        self.register_buffer("up_filter", up_filter)
        self.register_buffer("down_filter", down_filter)
        # As many pixels in the middle as the output needs; the rest is divided between the ends.
        needed = (plan.out_size - 1) * self.down + 1 - (plan.in_size + plan.kernel - 1) * self.up
        needed += up_taps + down_taps - 2
        before = (needed + self.up) // 2
        self.padding = (before, needed - before) * 2

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style, strength = self.affine(w), self.magnitude.rsqrt()
        if self.plan.image:
            scale = style * (strength / math.sqrt(self.weight[0].numel()))
            y = conv2d(x * scale[:, :, None, None], self.weight)
        else:
            # Demodulation takes out any scale of weights and styles; this one keeps its sum within bounds.
            weight = self.weight * self.weight.square().mean((1, 2, 3), keepdim=True).rsqrt()
            style = style * style.square().mean(1, keepdim=True).rsqrt()
            y = conv2d(x * (style * strength)[:, :, None, None], weight, padding=self.plan.kernel - 1)
            y = y * demodulation(weight, style)[:, :, None, None]
        y = raise_rate(y + self.bias[:, None, None], self.up_filter, self.up, self.padding)
        if not self.plan.image:
            y = leaky_relu(y, SLOPE) * ROOT_2
        if self.clamp is not None:
            y = y.clamp(-self.clamp, self.clamp)
        return lower_rate(y, self.down_filter, self.down)


class AliasFreeSynthesis(nn.Module):
    """Styles (N, num_styles, style_dim) to images (N, channels, size, size), in about [-1, 1].

    Args:
        plans: of the layers; the first style is that of the input, the others are theirs.
        filter_taps, activation_rate, radial, clamp: of every layer.
        scale: of the output.
    """

    def __init__(
        self,
        plans: Sequence[LayerPlan],
        *,
        style_dim: int,
        bandwidth: float,
        filter_taps: int = 6,
        activation_rate: int = 2,
        radial: bool = False,
        clamp: float | None = 256.0,
        scale: float = OUTPUT_SCALE,
    ) -> None:
        super().__init__()
        for before, after in itertools.pairwise(plans):
            if (before.out_channels, before.out_size) != (after.in_channels, after.in_size):
                raise ConfigError(f"a layer makes {before.out_channels} channels of {before.out_size} pixels, and the "
                                  f"next takes {after.in_channels} of {after.in_size}")  # fmt: skip
        self.num_styles, self.style_dim, self.scale = 1 + len(plans), style_dim, scale
        self.noise_sizes: list[int] = []
        first = plans[0]
        self.input = FourierInput(style_dim, first.in_channels, first.in_size, first.in_rate, bandwidth)
        self.layers = nn.ModuleList(
            AliasFreeLayer(
                style_dim, plan, filter_taps=filter_taps, activation_rate=activation_rate, radial=radial, clamp=clamp
            )
            for plan in plans
        )
        self.decay: float | None = None

    def constant_noise(self) -> list[Tensor]:
        """There is none: the input's waves are all that details can be made of."""
        return []

    def draw_noise(self, n: int, rng: torch.Generator) -> list[Tensor]:
        """There is none."""
        return []

    def style_weights(self) -> list[Tensor]:
        """For each style, the matrix (rows, style_dim) that it meets."""
        takers: list[Any] = [self.input, *self.layers]
        return [taker.affine.weight for taker in takers]

    @contextmanager
    def tracking(self, decay: float) -> Iterator[None]:
        """Inside, every layer's `magnitude` follows what comes in; `decay` is the share of it that stays."""
        self.decay = decay
        try:
            yield
        finally:
            self.decay = None

    def forward(self, ws: Tensor, noise: Sequence[Tensor] = ()) -> Tensor:
        own, *styles = ws.unbind(1)
        x = self.input(own)
        for layer, w in zip(self.layers, styles, strict=True):
            if self.decay is not None:
                layer.magnitude.lerp_(x.detach().square().mean().to(layer.magnitude), 1 - self.decay)
            x = layer(x, w)
        return x * self.scale

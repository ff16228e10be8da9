"""The discriminator of StyleGAN and StyleGAN2: from an image to a logit, half the size per block.

Block:  layer -> layer that halves the size; by the architecture (arXiv:1912.04958, figure 7)
        "resnet"  a block's halved input is added to its output,
        "skip"    the halved image is shown to every block,
        "orig"    neither.
Head:   the minibatch's standard deviation beside the features, a layer, two fully connected ones. With conditions the
        logit is the product of the output with the mapped condition (a projection, arXiv:1802.05637).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from ganzoo_plugin_stylegan.dense import ROOT_2, SLOPE, Dense
from ganzoo_plugin_stylegan.mapping import Mapping
from ganzoo_plugin_stylegan.minibatch_deviation import MinibatchDeviation
from ganzoo_plugin_stylegan.modulated_convolution import in_quick_layout
from ganzoo_plugin_stylegan.synthesis import HALF_POWER
from ganzoo_plugin_stylegan.upfirdn import convolve, convolve_down, downsample, normalised

CriticKind = Literal["resnet", "skip", "orig"]


class Layer(nn.Module):
    """(N, in, H, W) -> (N, out, H', W'): convolution with an equalised learning rate, bias, leaky ReLU times sqrt(2).

    Args:
        kernel_size: 1 or 3.
        down: H' is H / 2.
        plain: no bias and no activation.
        clamp: largest value that may come out.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        *,
        down: bool = False,
        plain: bool = False,
        clamp: float | None = None,
    ) -> None:
        super().__init__()
        self.down, self.clamp = down, clamp
        self.scale = 1 / math.sqrt(in_channels * kernel_size**2)
        self.weight = nn.Parameter(in_quick_layout(torch.randn(out_channels, in_channels, kernel_size, kernel_size)))
        self.bias = None if plain else nn.Parameter(torch.zeros(out_channels))

    def forward(self, x: Tensor, taps: Tensor, gain: float = 1.0) -> Tensor:
        strength = gain if self.bias is None else gain * ROOT_2
        weight = self.weight * (self.scale * strength)
        y = convolve_down(x, weight, taps) if self.down else convolve(x, weight)
        if self.bias is None:
            return y
        y = leaky_relu(y + (self.bias * strength)[:, None, None], SLOPE)
        return y if self.clamp is None else y.clamp(-self.clamp * gain, self.clamp * gain)


class CriticBlock(nn.Module):
    """All that happens at one size; the first block of all begins with the image."""

    def __init__(
        self,
        width: int,
        after: int,
        channels: int,
        *,
        architecture: CriticKind,
        first: bool,
        clamp: float | None,
    ) -> None:
        super().__init__()
        looks = first or architecture == "skip"
        self.from_image = Layer(channels, width, 1, clamp=clamp) if looks else None
        self.layer = Layer(width, width, 3, clamp=clamp)
        self.down = Layer(width, after, 3, down=True, clamp=clamp)
        self.skip = Layer(width, after, 1, down=True, plain=True) if architecture == "resnet" else None

    def forward(self, x: Tensor | None, image: Tensor, taps: Tensor) -> Tensor:
        if self.from_image is not None:
            seen = self.from_image(image, taps)
            x = seen if x is None else x + seen
        assert x is not None
        y = self.layer(x, taps)
        if self.skip is None:
            return self.down(y, taps)
        return self.down(y, taps, gain=HALF_POWER) + self.skip(x, taps, gain=HALF_POWER)


class CriticHead(nn.Module):
    """(N, width, size, size) -> (N, outputs)."""

    def __init__(
        self,
        width: int,
        size: int,
        channels: int,
        outputs: int,
        *,
        architecture: CriticKind,
        group_size: int | None,
        group_features: int,
        clamp: float | None,
    ) -> None:
        super().__init__()
        self.from_image = Layer(channels, width, 1) if architecture == "skip" else None
        self.variety = MinibatchDeviation(group_size, group_features) if group_features else None
        self.layer = Layer(width + group_features, width, 3, clamp=clamp)
        self.dense = Dense(width * size**2, width, activate=True)
        self.out = Dense(width, outputs)

    def forward(self, x: Tensor, image: Tensor, taps: Tensor) -> Tensor:
        if self.from_image is not None:
            x = x + self.from_image(image, taps)
        if self.variety is not None:
            x = self.variety(x)
        return self.out(self.dense(self.layer(x, taps).flatten(1)))


class Discriminator(nn.Module):
    """Images (N, channels, size, size) and conditions (N, condition_dim) to logits (N,).

    Args:
        sizes, widths: of the stages, from the smallest.
        architecture: see above.
        condition_dim: 0 is unconditional.
        projection_dim: numbers of the product with the mapped condition; None takes the smallest stage's width.
        mapping: settings of the condition's `Mapping`.
        group_size: samples per group of the minibatch's standard deviation; None makes the batch one group.
        group_features: channels that the deviations fill; 0 leaves them out.
        clamp: of every layer's output; None leaves them.
        resample_filter: taps.
    """

    def __init__(
        self,
        *,
        channels: int,
        sizes: Sequence[int],
        widths: Sequence[int],
        architecture: CriticKind = "resnet",
        condition_dim: int = 0,
        projection_dim: int | None = None,
        mapping: dict[str, int | float | None] | None = None,
        group_size: int | None = 4,
        group_features: int = 1,
        clamp: float | None = None,
        resample_filter: Sequence[float] = (1, 3, 3, 1),
    ) -> None:
        super().__init__()
        self.architecture = architecture
        self.register_buffer("taps", normalised(resample_filter))
        self.blocks = nn.ModuleList(
            CriticBlock(
                widths[stage], widths[stage - 1], channels,
                architecture=architecture, first=stage == len(sizes) - 1, clamp=clamp,
            )
            for stage in reversed(range(1, len(sizes)))
        )  # fmt: skip
        projection_dim = (widths[0] if projection_dim is None else projection_dim) if condition_dim else 0
        self.mapping = (
            Mapping(latent_dim=0, style_dim=projection_dim, condition_dim=condition_dim, tracked=False, **mapping or {})  # type: ignore[arg-type]
            if condition_dim
            else None
        )
        self.head = CriticHead(
            widths[0], sizes[0], channels, projection_dim or 1,
            architecture=architecture, group_size=group_size, group_features=group_features, clamp=clamp,
        )  # fmt: skip

    def forward(self, images: Tensor, condition: Tensor | None = None) -> Tensor:
        image, x = images, None
        for block in self.blocks:
            x = block(x, image, self.taps)
            if self.architecture == "skip":
                image = downsample(image, self.taps)
        logits = self.head(x, image, self.taps)
        if self.mapping is None:
            return logits.squeeze(1)
        return (logits * self.mapping(None, condition)).sum(1) / math.sqrt(logits.shape[1])

"""StyleGAN2's synthesis network: a learned constant grows into an image, each layer with a style (arXiv:1912.04958).

Layer:  x -> modulated convolution -> + strength * noise + bias -> leaky ReLU; the gain sqrt(2) of the activation is
        taken into what precedes it, as a leaky ReLU is homogeneous: fewer passes over the image.
Block:  [double the size ->] layer [-> layer], and by the architecture (figure 7 of the paper)
        "skip"    an image is read off at every size, and their doubled sum is the output,
        "resnet"  a block's input is added to its output,
        "orig"    neither; an image is read off at the end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from ganzoo_plugin_stylegan.dense import ROOT_2, SLOPE, Dense
from ganzoo_plugin_stylegan.modulated_convolution import demodulation, in_quick_layout
from ganzoo_plugin_stylegan.upfirdn import convolve, convolve_up, normalised, upsample

SynthesisKind = Literal["skip", "resnet", "orig"]
HALF_POWER = math.sqrt(0.5)  # of each of two summands, so that their sum is as strong as one


class StyledLayer(nn.Module):
    """x (N, in, H, W), w (N, style_dim), noise (N or 1, 1, H', W') or None -> (N, out, H', W').

    Args:
        size: H', which has the layer's constant noise; 0 builds it without noise.
        up: H' is 2 H.
        clamp: largest value that may come out; it kept half precision from overflowing (arXiv:2006.06676).
    """

    def __init__(
        self, in_channels: int, out_channels: int, style_dim: int, size: int, *, up: bool, clamp: float | None
    ) -> None:
        super().__init__()
        self.up, self.clamp = up, clamp
        self.affine = Dense(style_dim, in_channels, bias=1.0)
        self.weight = nn.Parameter(in_quick_layout(torch.randn(out_channels, in_channels, 3, 3)))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.strength = nn.Parameter(torch.zeros(())) if size else None
        self.register_buffer("noise", torch.randn(1, 1, size, size) if size else None)

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None, taps: Tensor, gain: float = 1.0) -> Tensor:
        style, gain = self.affine(w), gain * ROOT_2
        y = x * style[:, :, None, None]
        y = convolve_up(y, self.weight, taps) if self.up else convolve(y, self.weight)
        scale = (demodulation(self.weight, style) * gain)[:, :, None, None]
        # In place where nothing is to be learned: large new tensors cost more than the sums.
        here = None if torch.is_grad_enabled() else y
        y = torch.addcmul((self.bias * gain)[:, None, None], y, scale, out=here)
        if noise is not None:
            y = torch.add(y, noise * (self.strength * gain), out=here)
        y = leaky_relu(y, SLOPE, inplace=here is not None)
        most = None if self.clamp is None else self.clamp * gain / ROOT_2
        return y if most is None else torch.clamp(y, -most, most, out=here)


class ToImage(nn.Module):
    """x (N, in, H, W), w (N, style_dim) -> (N, channels, H, W): a modulated 1 x 1 convolution, not demodulated."""

    def __init__(self, in_channels: int, channels: int, style_dim: int, *, clamp: float | None) -> None:
        super().__init__()
        self.clamp = clamp
        self.scale = 1 / math.sqrt(in_channels)
        self.affine = Dense(style_dim, in_channels, bias=1.0)
        self.weight = nn.Parameter(torch.randn(channels, in_channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        # So few outputs that the style is quicker on the weights: one small matrix per sample.
        weights = self.affine(w)[:, :, None] * (self.weight.flatten(1).t() * self.scale)  # (N, in, channels)
        pixels = x.permute(0, 2, 3, 1).flatten(1, 2)  # (N, H W, in)
        y = torch.baddbmm(self.bias, pixels, weights).transpose(1, 2).unflatten(2, x.shape[2:])
        return y if self.clamp is None else y.clamp(-self.clamp, self.clamp)


class SynthesisBlock(nn.Module):
    """All that happens at one size; `before` = 0 is the first block, which begins with the constant."""

    def __init__(
        self,
        before: int,
        width: int,
        style_dim: int,
        size: int,
        channels: int,
        *,
        architecture: SynthesisKind,
        noise: bool,
        clamp: float | None,
        last: bool,
    ) -> None:
        super().__init__()
        noisy = size if noise else 0
        self.constant = nn.Parameter(torch.randn(width, size, size)) if not before else None
        self.up = StyledLayer(before, width, style_dim, noisy, up=True, clamp=clamp) if before else None
        self.layer = StyledLayer(width, width, style_dim, noisy, up=False, clamp=clamp)
        residual = architecture == "resnet" and before
        self.skip = nn.Parameter(torch.randn(width, before, 1, 1)) if residual else None
        shows = last or architecture == "skip"
        self.to_image = ToImage(width, channels, style_dim, clamp=clamp) if shows else None

    def forward(
        self, x: Tensor, image: Tensor | None, ws: Sequence[Tensor], noise: Sequence[Tensor | None], taps: Tensor
    ) -> tuple[Tensor, Tensor | None]:
        """ws, noise: of its layers in order, the style of `to_image` last."""
        beside = None
        if self.skip is not None:
            beside = convolve_up(x, self.skip * (HALF_POWER / math.sqrt(self.skip.shape[1])), taps)
        if self.up is not None:
            x = self.up(x, ws[0], noise[0], taps)
        x = self.layer(x, ws[-2], noise[-1], taps, gain=1.0 if beside is None else HALF_POWER)
        if beside is not None:
            x = x + beside
        if image is not None:
            image = upsample(image, taps)
        if self.to_image is not None:
            shown = self.to_image(x, ws[-1])
            image = shown if image is None else image + shown
        return x, image


class Synthesis(nn.Module):
    """Styles (N, num_styles, style_dim) to images (N, channels, size, size), in about [-1, 1].

    Args:
        sizes, widths: of the stages, from the smallest.
        architecture: see above.
        noise: False builds it without noise.
        clamp: of every layer's output; None leaves them.
        resample_filter: taps.

    There are two styles per size: those of its layers, and the last one's image also takes the next layer's.
    """

    def __init__(
        self,
        *,
        style_dim: int,
        channels: int,
        sizes: Sequence[int],
        widths: Sequence[int],
        architecture: SynthesisKind = "skip",
        noise: bool = True,
        clamp: float | None = None,
        resample_filter: Sequence[float] = (1, 3, 3, 1),
    ) -> None:
        super().__init__()
        self.num_styles, self.style_dim = 2 * len(sizes), style_dim
        self.noise_sizes = [size for size in sizes for _ in range(2)][1:] if noise else []
        self.taps: Tensor
        self.register_buffer("taps", normalised(resample_filter))
        self.blocks: Any = nn.ModuleList(
            SynthesisBlock(
                before, width, style_dim, size, channels,
                architecture=architecture, noise=noise, clamp=clamp, last=size == sizes[-1],
            )
            for before, width, size in zip([0, *widths], widths, sizes, strict=False)
        )  # fmt: skip

    def constant_noise(self) -> list[Tensor]:
        """The noise (1, 1, size, size) that each layer has for always; [] where it is built without noise."""
        layers = [layer for block in self.blocks for layer in (block.up, block.layer) if layer is not None]
        return [layer.noise for layer in layers if layer.noise is not None]

    def draw_noise(self, n: int, rng: torch.Generator) -> list[Tensor]:
        """New noise (n, 1, size, size) for every layer, in their order, on the generator's device."""
        return [torch.randn(n, 1, size, size, generator=rng, device=rng.device) for size in self.noise_sizes]

    def style_weights(self) -> list[Tensor]:
        """For each style, the matrices (rows, style_dim) that it meets, one below the other."""
        met: list[list[Tensor]] = [[] for _ in range(self.num_styles)]
        for stage, block in enumerate(self.blocks):
            for place, layer in enumerate((block.up, block.layer, block.to_image), start=2 * stage - 1):
                met[place] += [] if layer is None else [layer.affine.weight]
        return [torch.cat(weights) if weights else torch.zeros(0, self.style_dim) for weights in met]

    def forward(self, ws: Tensor, noise: Sequence[Tensor] = ()) -> Tensor:
        """noise: one per layer, for each sample or for all alike; none at all leaves the noise out."""
        styles = ws.unbind(1)
        given: list[Tensor | None] = list(noise) if noise else [None] * (self.num_styles - 1)
        constant = self.blocks[0].constant.to(ws.dtype)
        x = constant.expand(len(ws), -1, -1, -1).contiguous(memory_format=torch.channels_last)
        image = None
        for stage, block in enumerate(self.blocks):
            first = max(2 * stage - 1, 0)
            x, image = block(x, image, styles[first : 2 * stage + 2], given[first : 2 * stage + 1], self.taps)
        assert image is not None  # the last block shows one
        return image

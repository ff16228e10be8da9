"""The operations of StyleGAN2 as their definitions read, one sample, one axis, one zero at a time."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import conv2d, leaky_relu, pad


def up_filter_down(x: Tensor, taps: Tensor, *, up: int, down: int, before: int, after: int, gain: float) -> Tensor:
    """Put up - 1 zeros behind every pixel, pad, convolve with the filter along both axes, keep every down-th pixel."""
    n, channels, height, width = x.shape
    spread = x.new_zeros(n, channels, height * up, width * up)
    spread[:, :, ::up, ::up] = x
    spread = pad(spread, (before, after, before, after))
    kernel = torch.outer(taps, taps).to(x.dtype).flip(0, 1) * gain
    y = conv2d(spread.flatten(0, 1)[:, None], kernel[None, None])
    return y.unflatten(0, (n, channels))[:, :, 0, ::down, ::down]


def doubled(x: Tensor, taps: Tensor) -> Tensor:
    size = len(taps)
    return up_filter_down(x, taps, up=2, down=1, before=(size + 1) // 2, after=(size - 2) // 2, gain=4.0)


def halved(x: Tensor, taps: Tensor) -> Tensor:
    size = len(taps)
    return up_filter_down(x, taps, up=1, down=2, before=(size - 1) // 2, after=(size - 2) // 2, gain=1.0)


def convolved_doubled(x: Tensor, weight: Tensor, taps: Tensor) -> Tensor:
    """The filter first, a true convolution with the weights after it: what comes first makes no difference."""
    size, edge = len(taps), weight.shape[-1] // 2
    wide = up_filter_down(x, taps, up=2, down=1, before=(size + 1) // 2 + edge, after=(size - 2) // 2 + edge, gain=4.0)
    return conv2d(wide, weight.flip(2, 3))


def convolved_halved(x: Tensor, weight: Tensor, taps: Tensor) -> Tensor:
    size, edge = len(taps), weight.shape[-1] // 2
    wide = up_filter_down(x, taps, up=1, down=1, before=(size - 1) // 2 + edge, after=(size - 2) // 2 + edge, gain=1.0)
    return conv2d(wide, weight, stride=2)


def modulated(x: Tensor, weight: Tensor, style: Tensor, *, demodulate: bool, up: Tensor | None) -> Tensor:
    """Equations 1 to 3 for each sample: its own weights, scaled, normalised, then used."""
    made = []
    for image, scales in zip(x, style, strict=True):
        own = weight * scales[None, :, None, None]
        if demodulate:
            own = own / (own.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
        one = image[None]
        made.append(conv2d(one, own, padding=own.shape[-1] // 2) if up is None else convolved_doubled(one, own, up))
    return torch.cat(made)


def dense(layer: torch.nn.Module, x: Tensor) -> Tensor:
    weight, bias = layer.weight * layer.rate / math.sqrt(layer.weight.shape[1]), layer.bias * layer.rate
    y = x @ weight.t() + bias
    return leaky_relu(y, 0.2) * math.sqrt(2) if layer.activate else y


def synthesised(network: torch.nn.Module, ws: Tensor, noise: list[Tensor], architecture: str) -> Tensor:
    """The synthesis network layer by layer, from its own parameters."""
    taps, index, drawn = network.taps, 0, iter(noise)
    x, image = network.blocks[0].constant.expand(len(ws), -1, -1, -1), None

    def layer(part: torch.nn.Module, x: Tensor, w: Tensor, gain: float = 1.0) -> Tensor:
        y = modulated(x, part.weight, dense(part.affine, w), demodulate=True, up=taps if part.up else None)
        if noise:
            y = y + next(drawn) * part.strength
        y = leaky_relu(y + part.bias[:, None, None], 0.2) * math.sqrt(2) * gain
        return y if part.clamp is None else y.clamp(-part.clamp * gain, part.clamp * gain)

    for block in network.blocks:
        before, half = x, math.sqrt(0.5)
        if block.up is not None:
            x, index = layer(block.up, x, ws[:, index]), index + 1
        residual = architecture == "resnet" and block.up is not None
        x, index = layer(block.layer, x, ws[:, index], half if residual else 1.0), index + 1
        if residual:
            scaled = block.skip / math.sqrt(block.skip.shape[1])
            x = x + convolved_doubled(before, scaled, taps) * half
        image = None if image is None else doubled(image, taps)
        if block.to_image is not None:
            part = block.to_image
            style = dense(part.affine, ws[:, index]) / math.sqrt(part.weight.shape[1])
            shown = modulated(x, part.weight, style, demodulate=False, up=None) + part.bias[:, None, None]
            shown = shown if part.clamp is None else shown.clamp(-part.clamp, part.clamp)
            image = shown if image is None else image + shown
    return image


def judged(network: torch.nn.Module, images: Tensor, architecture: str, group: int) -> Tensor:
    """The discriminator's head's outputs (N, outputs), layer by layer."""
    taps, x, image, half = network.taps, None, images, math.sqrt(0.5)

    def layer(part: torch.nn.Module, x: Tensor, gain: float = 1.0) -> Tensor:
        weight = part.weight / math.sqrt(part.weight[0].numel())
        y = convolved_halved(x, weight, taps) if part.down else conv2d(x, weight, padding=weight.shape[-1] // 2)
        if part.bias is None:
            return y * gain
        y = leaky_relu(y + part.bias[:, None, None], 0.2) * math.sqrt(2) * gain
        return y if part.clamp is None else y.clamp(-part.clamp * gain, part.clamp * gain)

    for block in network.blocks:
        if block.from_image is not None:
            seen = layer(block.from_image, image)
            x = seen if x is None else x + seen
        image = halved(image, taps) if architecture == "skip" else image
        residual = architecture == "resnet"
        after = layer(block.down, layer(block.layer, x), half if residual else 1.0)
        x = after + layer(block.skip, x, half) if residual else after
    head = network.head
    if architecture == "skip":
        x = x + layer(head.from_image, image)
    if head.variety is not None:
        maps = torch.zeros(len(x), head.variety.features, *x.shape[2:], dtype=x.dtype)
        parts = x.chunk(head.variety.features, 1)
        apart = len(x) // group
        for i in range(len(x)):
            members = [n for n in range(len(x)) if n % apart == i % apart]
            for f, part in enumerate(parts):
                maps[i, f] = (part[members].var(0, unbiased=False) + 1e-8).sqrt().mean()
        x = torch.cat([x, maps], 1)
    return dense(head.out, dense(head.dense, layer(head.layer, x).flatten(1)))

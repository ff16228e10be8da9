"""How quickly StyleGAN2 samples: its synthesis network against the usual formulation of the same network.

The floor has a set of weights per sample in one grouped convolution, low-pass filters as 4 x 4 depthwise convolutions
after putting zeros between the pixels, and NCHW images; it reads the very same parameters, and does no other work. The
two are compared before anything is timed: their outputs agree to 1e-4 of the output's standard deviation.

    python -m ganzoo_plugin_stylegan.benchmarks.sampling_speed [--size 256] [--rounds 9] [--runs 3]

One thread, float32, constant noise, CPU time, the two interleaved; a run's ratio is the median over its rounds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d, leaky_relu, pad

from ganzoo_plugin_stylegan.sizes import sizes_to, widths_of
from ganzoo_plugin_stylegan.synthesis import StyledLayer, Synthesis, ToImage

CHANNEL_BASE, CHANNEL_MAX, STYLE_DIM = 16384, 512, 512  # the widths that the papers use at 256 pixels
BATCHES = {1: 1.4, 4: 1.8}  # and the ratios aimed at
TOLERANCE = 1e-4


def floor_filter(x: Tensor, kernel: Tensor, before: int, after: int) -> Tensor:
    """A depthwise convolution with a kernel (4, 4)."""
    x = pad(x, (before, after, before, after))
    return conv2d(x, kernel.flip(0, 1).expand(x.shape[1], 1, -1, -1), groups=x.shape[1])


def floor_upsample(image: Tensor, kernel: Tensor) -> Tensor:
    n, channels, height, width = image.shape
    spread = image.new_zeros(n, channels, height, 2, width, 2)
    spread[:, :, :, 0, :, 0] = image
    return floor_filter(spread.view(n, channels, 2 * height, 2 * width), kernel * 4, 2, 1)


def floor_convolution(x: Tensor, weight: Tensor, style: Tensor, *, demodulate: bool, up: Tensor | None) -> Tensor:
    """Weights (N, O, I, k, k) for a batch, all in one convolution of N groups."""
    n, size = len(x), weight.shape[-1]
    weights = weight[None] * style[:, None, :, None, None]
    if demodulate:
        weights = weights * torch.rsqrt(weights.square().sum((2, 3, 4), keepdim=True) + 1e-8)
    x = x.reshape(1, -1, *x.shape[2:])
    if up is None:
        y = conv2d(x, weights.flatten(0, 1), padding=size // 2, groups=n)
    else:
        y = conv_transpose2d(x, weights.transpose(1, 2).flatten(0, 1), stride=2, groups=n)
    y = y.unflatten(1, (n, -1)).squeeze(0)
    return y if up is None else floor_filter(y, up * 4, 1, 1)


def floor_layer(layer: StyledLayer, x: Tensor, w: Tensor, noise: Tensor, kernel: Tensor) -> Tensor:
    y = floor_convolution(x, layer.weight, layer.affine(w), demodulate=True, up=kernel if layer.up else None)
    y = y + noise * layer.strength
    return leaky_relu(y + layer.bias[:, None, None], 0.2) * 2**0.5


def floor_to_image(layer: ToImage, x: Tensor, w: Tensor) -> Tensor:
    style = layer.affine(w) * layer.scale
    return floor_convolution(x, layer.weight, style, demodulate=False, up=None) + layer.bias[:, None, None]


def floor(network: Synthesis, ws: Tensor, noise: list[Tensor]) -> Tensor:
    """What the network gives, by the usual formulation, from its own parameters (architecture "skip")."""
    kernel = torch.outer(network.taps, network.taps)
    x, index = network.blocks[0].constant.expand(len(ws), -1, -1, -1), 0
    image: Any = None
    for block in network.blocks:
        for layer in (block.up, block.layer):
            if layer is not None:
                x = floor_layer(layer, x, ws[:, index], noise[index], kernel)
                index += 1
        shown = floor_to_image(block.to_image, x, ws[:, index])
        image = shown if image is None else floor_upsample(image, kernel) + shown
    return image


def seconds(action: Callable[[], Tensor]) -> float:
    """CPU time of this thread: what else the machine does counts for neither side."""
    started = time.thread_time()
    action()
    return time.thread_time() - started


@torch.no_grad()
def measure(network: Synthesis, batch_size: int, rounds: int) -> dict[str, float]:
    """Seconds of both for a batch, and the median of the rounds' ratios. Raises: AssertionError if they disagree."""
    ws, noise = torch.randn(batch_size, network.num_styles, STYLE_DIM), network.constant_noise()
    ours, usual = (lambda: network(ws, noise)), (lambda: floor(network, ws, noise))
    expected = usual()
    difference = float((ours() - expected).abs().max() / expected.std())
    assert difference <= TOLERANCE, f"they differ by {difference:.2g} standard deviations"
    taken: dict[str, list[float]] = {"ours": [], "floor": []}
    for round in range(rounds):
        pair = {"ours": ours, "floor": usual}
        for name in pair if round % 2 else reversed(pair):
            taken[name].append(seconds(pair[name]))
    ratio = statistics.median(b / a for a, b in zip(taken["ours"], taken["floor"], strict=True))
    return {
        "ours": statistics.median(taken["ours"]),
        "floor": statistics.median(taken["floor"]),
        "ratio": ratio,
        "difference": difference,
    }


def build(size: int) -> Synthesis:
    """The synthesis network at the papers' widths, every tensor random so that a lost one would show."""
    torch.manual_seed(0)
    sizes = sizes_to(size)
    widths = widths_of(sizes, CHANNEL_BASE, CHANNEL_MAX, None)
    network = Synthesis(style_dim=STYLE_DIM, channels=3, sizes=sizes, widths=widths).eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.add_(0.1 * torch.randn_like(parameter))
    return network


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m ganzoo_plugin_stylegan.benchmarks.sampling_speed", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--size", type=int, default=256, help="pixels")
    parser.add_argument("--rounds", type=int, default=9, help="of each run, interleaved")
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    network = build(chosen.size)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(f"torch {torch.__version__}, one thread, float32, {chosen.size} pixels, {parameters / 1e6:.1f} M parameters")
    for batch_size, target in BATCHES.items():
        runs = [measure(network, batch_size, chosen.rounds) for _ in range(chosen.runs)]
        for run in runs:
            rates = ", ".join(f"{name} {batch_size / run[name]:.2f} images/s" for name in ("ours", "floor"))
            print(f"  batch {batch_size}: {rates}, ratio {run['ratio']:.2f}, difference {run['difference']:.1g} std")
        median = statistics.median(run["ratio"] for run in runs)
        print(f"batch {batch_size}: median ratio {median:.2f} (aim: {target})")


if __name__ == "__main__":
    main()

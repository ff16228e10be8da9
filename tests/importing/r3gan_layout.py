"""Networks in the layout of R3GAN's snapshots, computed from the paper's equations in the plainest way.

`pickled` writes them by reference under the module names of that program, which afterwards are gone.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, conv_transpose2d, leaky_relu, linear

NEW = {"networks": "R3GAN.Networks", "operators": "R3GAN.FusedOperators", "resamplers": "R3GAN.Resamplers",
       "wrapper": "training.networks"}  # fmt: skip
OLD = {"networks": "BaselineGAN.Networks", "operators": "BaselineGAN.FusedOperators",
       "resamplers": "BaselineGAN.Resamplers", "wrapper": "training.networks_baseline"}  # fmt: skip


class Convolution(nn.Module):
    home = "networks"

    def __init__(self, before: int, after: int, kernel: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.Layer = nn.Conv2d(before, after, kernel, padding=kernel // 2, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return conv2d(x, self.Layer.weight.to(x.dtype), padding=self.Layer.padding, groups=self.Layer.groups)


class BiasedActivationCUDA(nn.Module):
    home = "operators"

    def __init__(self, width: int) -> None:
        super().__init__()
        self.Bias = nn.Parameter(torch.randn(width))

    def forward(self, x: Tensor) -> Tensor:
        return leaky_relu(x + self.Bias.to(x.dtype)[:, None, None], 0.2)


class ResidualBlock(nn.Module):
    home = "networks"

    def __init__(self, width: int, groups: int, expansion: int, kernel: int) -> None:
        super().__init__()
        wide = width * expansion
        self.LinearLayer1 = Convolution(width, wide)
        self.LinearLayer2 = Convolution(wide, wide, kernel, groups)
        self.LinearLayer3 = Convolution(wide, width)
        self.NonLinearity1, self.NonLinearity2 = BiasedActivationCUDA(wide), BiasedActivationCUDA(wide)

    def forward(self, x: Tensor) -> Tensor:
        y = self.LinearLayer2(self.NonLinearity1(self.LinearLayer1(x)))
        return x + self.LinearLayer3(self.NonLinearity2(y))


class Resampler(nn.Module):
    home = "resamplers"

    def __init__(self, taps: list[float]) -> None:
        super().__init__()
        row = torch.tensor([a + b for a, b in zip([*taps, 0.0], [0.0, *taps], strict=True)])
        self.register_buffer("Kernel", row[:, None] * row / row.sum() ** 2)
        self.settings = {"stride": 2, "padding": len(taps) // 2}

    def resample(self, x: Tensor, function, gain: float) -> Tensor:
        kernel = (gain * self.Kernel).to(x.dtype).expand(x.shape[1], 1, -1, -1)
        return function(x, kernel, groups=x.shape[1], **self.settings)


class InterpolativeUpsamplerCUDA(Resampler):
    def forward(self, x: Tensor) -> Tensor:
        return self.resample(x, conv_transpose2d, 4.0)


class InterpolativeDownsamplerCUDA(Resampler):
    def forward(self, x: Tensor) -> Tensor:
        return self.resample(x, conv2d, 1.0)


class Transition(nn.Module):
    home = "networks"

    def __init__(self, before: int, after: int, taps: list[float]) -> None:
        super().__init__()
        if before != after:
            self.LinearLayer = Convolution(before, after)
        self.Resampler = (InterpolativeUpsamplerCUDA if self.up else InterpolativeDownsamplerCUDA)(taps)

    def forward(self, x: Tensor) -> Tensor:
        project = getattr(self, "LinearLayer", lambda x: x)
        return self.Resampler(project(x)) if self.up else project(self.Resampler(x))


class UpsampleLayer(Transition):
    up = True


class DownsampleLayer(Transition):
    up = False


class GenerativeBasis(nn.Module):
    home = "networks"

    def __init__(self, before: int, width: int) -> None:
        super().__init__()
        self.Basis = nn.Parameter(torch.randn(width, 4, 4))
        self.LinearLayer = nn.Linear(before, width, bias=False)

    def forward(self, z: Tensor) -> Tensor:
        scale = linear(z, self.LinearLayer.weight.to(z.dtype))
        return self.Basis.to(z.dtype) * scale[:, :, None, None]


class DiscriminativeBasis(nn.Module):
    home = "networks"

    def __init__(self, width: int, after: int) -> None:
        super().__init__()
        self.Basis = nn.Conv2d(width, width, 4, groups=width, bias=False)
        self.LinearLayer = nn.Linear(width, after, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = conv2d(x, self.Basis.weight.to(x.dtype), groups=x.shape[1]).flatten(1)
        return linear(x, self.LinearLayer.weight.to(x.dtype))


class Stage(nn.Module):
    home = "networks"

    def __init__(self, *layers: nn.Module, dtype: torch.dtype) -> None:
        super().__init__()
        self.Layers, self.DataType = nn.ModuleList(layers), dtype

    def forward(self, x: Tensor) -> Tensor:
        x = x.to(self.DataType)
        for layer in self.Layers:
            x = layer(x)
        return x


class GeneratorStage(Stage):
    pass


class DiscriminatorStage(Stage):
    pass


class Generator(nn.Module):
    home = "networks"

    def __init__(self, z_dim, widths, groups, blocks, expansion, kernel, taps, channels, labels, embedding, halves):
        super().__init__()
        stages = []
        for i, (width, group, count) in enumerate(zip(widths, groups, blocks, strict=True)):
            first = UpsampleLayer(widths[i - 1], width, taps) if i else GenerativeBasis(z_dim + embedding, width)
            dtype = torch.bfloat16 if i >= len(widths) - halves else torch.float32
            inner = [ResidualBlock(width, group, expansion, kernel) for _ in range(count)]
            stages.append(GeneratorStage(first, *inner, dtype=dtype))
        self.MainLayers = nn.ModuleList(stages)
        self.AggregationLayer = Convolution(widths[-1], channels)
        if labels:
            self.EmbeddingLayer = nn.Linear(labels, embedding, bias=False)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        x = torch.cat([z, self.EmbeddingLayer(c)], 1) if hasattr(self, "EmbeddingLayer") else z
        for stage in self.MainLayers:
            x = stage(x)
        return self.AggregationLayer(x).float()


class Discriminator(nn.Module):
    home = "networks"

    def __init__(self, widths, groups, blocks, expansion, kernel, taps, channels, labels, embedding, halves) -> None:
        super().__init__()
        self.ExtractionLayer = Convolution(channels, widths[-1])
        stages = []
        for i in reversed(range(len(widths))):
            last = (
                DownsampleLayer(widths[i], widths[i - 1], taps)
                if i
                else DiscriminativeBasis(widths[0], embedding if labels else 1)
            )
            dtype = torch.bfloat16 if i >= len(widths) - halves else torch.float32
            inner = [ResidualBlock(widths[i], groups[i], expansion, kernel) for _ in range(blocks[i])]
            stages.append(DiscriminatorStage(*inner, last, dtype=dtype))
        self.MainLayers = nn.ModuleList(stages)
        if labels:
            self.EmbeddingLayer = nn.Linear(labels, embedding, bias=False)

    def forward(self, images: Tensor, c: Tensor) -> Tensor:
        x = self.ExtractionLayer(images.to(self.MainLayers[0].DataType))
        for stage in self.MainLayers:
            x = stage(x)
        x = x.float()
        return (x * self.EmbeddingLayer(c)).sum(1) if hasattr(self, "EmbeddingLayer") else x.flatten()


WRAPPERS = {name: type(name, (nn.Module,), {"home": "wrapper"}) for name in ("Generator", "Discriminator")}


def wrapped(network: nn.Module, **attributes: int) -> nn.Module:
    """The network as the attribute `Model` of a module of the training program, of the same class name."""
    outer = WRAPPERS[type(network).__name__]()
    outer.Model = network
    vars(outer).update(attributes)
    return outer


@contextmanager
def at_home(modules: Mapping[str, nn.Module], homes: Mapping[str, str]) -> Iterator[None]:
    """The classes of these networks can be found by the module names of their program, until the end of the block."""
    classes = {type(part) for module in modules.values() for part in module.modules() if hasattr(type(part), "home")}
    packages = {name for home in homes.values() for name in (home.split(".")[0], home)}
    added = {name: ModuleType(name) for name in packages}
    kept = {kind: kind.__module__ for kind in classes}
    sys.modules.update(added)
    try:
        for kind in classes:
            kind.__module__ = homes[kind.home]
            setattr(added[kind.__module__], kind.__name__, kind)
            kind.__qualname__ = kind.__name__
        yield
    finally:
        for name in added:
            del sys.modules[name]
        for kind, module in kept.items():
            kind.__module__ = module


def pickled(path: Path, modules: Mapping[str, nn.Module], homes: Mapping[str, str] = NEW) -> Path:
    """A snapshot as their training program writes it."""
    with at_home(modules, homes), path.open("wb") as file:
        pickle.dump({**modules, "training_set_kwargs": {"path": "/data/set.zip"}, "cur_nimg": 1000}, file)
    return path

"""State dicts as ajbrock/BigGAN-PyTorch saves them, and what its networks make of them, written out step by step."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, conv2d, interpolate, max_pool2d, normalize, relu

PAPER = {32: (4, 4, 4, 4), 64: (16, 16, 8, 4, 2), 128: (16, 16, 8, 4, 2, 1), 256: (16, 16, 8, 8, 4, 2, 1)}
CRITIC = {32: (4, 4, 4, 4), 64: (1, 2, 4, 8, 16), 128: (1, 2, 4, 8, 16, 16), 256: (1, 2, 4, 8, 8, 16, 16)}
SEEN = {32: (16, 16, 16, 16), 64: (32, 16, 8, 4, 4), 128: (64, 32, 16, 8, 4, 4), 256: (128, 64, 32, 16, 8, 4, 4)}


class State(dict):
    """A state dict that is filled with random tensors, none of them a constant."""

    def layer(self, name: str, *shape: int, bias: bool = True, normalised: bool = True) -> None:
        self[f"{name}.weight"] = torch.randn(shape) / math.prod(shape[1:]) ** 0.5
        if normalised:
            self[f"{name}.u0"], self[f"{name}.sv0"] = torch.randn(1, shape[0]), torch.rand(1)
        if bias:
            self[f"{name}.bias"] = 0.1 * torch.randn(shape[0])

    def statistics(self, name: str, channels: int, kind: str = "stored") -> None:
        passes = 1.0
        if kind == "standing":  # sums over 16 passes
            name, kind, passes = f"{name}.bn", "stored", 16.0
            self[f"{name}.accumulation_counter"] = torch.tensor([passes])
        elif kind == "running":
            name = f"{name}.bn"
            self[f"{name}.num_batches_tracked"] = torch.tensor(7)
        self[f"{name}.{kind}_mean"] = passes * 0.1 * torch.randn(channels)
        self[f"{name}.{kind}_var"] = passes * (0.5 + torch.rand(channels))

    def attention(self, name: str, channels: int) -> None:
        self[f"{name}.gamma"] = torch.tensor(0.7)
        for part, rows, columns in (("theta", channels // 8, channels), ("phi", channels // 8, channels),
                                    ("g", channels // 2, channels), ("o", channels, channels // 2)):  # fmt: skip
            self.layer(f"{name}.{part}", rows, columns, 1, 1, bias=False)


def generator_state(
    ch: int, resolution: int, *, attention: str = "0", classes: int = 5, dim_z: int = 24, shared_dim: int = 0,
    hier: bool = False, normalised: bool = True, kind: str = "stored",
) -> State:  # fmt: skip
    """`shared_dim` 0 is a generator without a shared embedding."""
    state, widths = State(), [ch * multiple for multiple in PAPER[resolution]]
    chunk = dim_z // len(widths) if hier else dim_z
    condition = shared_dim + (chunk if hier else 0)

    def norm(name: str, channels: int) -> None:
        state.statistics(name, channels, kind)
        for part in ("gain", "bias"):
            if shared_dim:
                state.layer(f"{name}.{part}", channels, condition, bias=False, normalised=normalised)
            else:
                state[f"{name}.{part}.weight"] = 0.3 * torch.randn(classes, channels)

    if shared_dim:
        state["shared.weight"] = torch.randn(classes, shared_dim)
    state.layer("linear", widths[0] * 16, chunk, normalised=normalised)
    for i, (incoming, outgoing) in enumerate(pairwise(widths)):
        state.layer(f"blocks.{i}.0.conv1", outgoing, incoming, 3, 3, normalised=normalised)
        state.layer(f"blocks.{i}.0.conv2", outgoing, outgoing, 3, 3, normalised=normalised)
        state.layer(f"blocks.{i}.0.conv_sc", outgoing, incoming, 1, 1, normalised=normalised)
        norm(f"blocks.{i}.0.bn1", incoming)
        norm(f"blocks.{i}.0.bn2", outgoing)
        if str(8 * 2**i) in attention.split("_"):
            state.attention(f"blocks.{i}.1", outgoing)
    state.statistics("output_layer.0", widths[-1], kind)
    state["output_layer.0.gain"] = 1 + 0.1 * torch.randn(widths[-1])
    state["output_layer.0.bias"] = 0.1 * torch.randn(widths[-1])
    state.layer("output_layer.2", 3, widths[-1], 3, 3, normalised=normalised)
    return state


def discriminator_state(
    ch: int, resolution: int, *, attention: str = "0", classes: int = 5, wide: bool = True
) -> State:
    state, widths = State(), [ch * multiple for multiple in CRITIC[resolution]]
    halvings = 2 if resolution == 32 else len(widths) - 1
    for i, (incoming, outgoing) in enumerate(zip([3, *widths], widths, strict=False)):
        inner = outgoing if wide else incoming
        state.layer(f"blocks.{i}.0.conv1", inner, incoming, 3, 3)
        state.layer(f"blocks.{i}.0.conv2", outgoing, inner, 3, 3)
        if i < halvings or incoming != outgoing:
            state.layer(f"blocks.{i}.0.conv_sc", outgoing, incoming, 1, 1)
        if str(SEEN[resolution][i]) in attention.split("_"):
            state.attention(f"blocks.{i}.1", outgoing)
    state.layer("linear", 1, widths[-1])
    state.layer("embed", classes, widths[-1], bias=False)
    return state


class Original:
    """What the program computes from a state dict in evaluation mode."""

    def __init__(self, state: dict[str, Tensor], *, bn_eps: float = 1e-5, sn_eps: float = 1e-8) -> None:
        self.state, self.bn_eps, self.sn_eps = state, bn_eps, sn_eps

    def weight(self, name: str) -> Tensor:
        weight = self.state[f"{name}.weight"]
        if f"{name}.u0" not in self.state:
            return weight
        matrix = weight.reshape(len(weight), -1)
        v = normalize(self.state[f"{name}.u0"] @ matrix, eps=self.sn_eps)
        u = normalize(v @ matrix.t(), eps=self.sn_eps)
        return weight / (v @ matrix.t() @ u.t()).squeeze()

    def convolve(self, name: str, x: Tensor) -> Tensor:
        weight = self.weight(name)
        return conv2d(x, weight, self.state.get(f"{name}.bias"), padding=weight.shape[-1] // 2)

    def normalised(self, name: str, x: Tensor, eps: float) -> Tensor:
        passes = 1.0
        for inner, kind in ((name, "stored"), (f"{name}.bn", "stored"), (f"{name}.bn", "running")):
            if f"{inner}.{kind}_mean" in self.state:
                if f"{inner}.accumulation_counter" in self.state:
                    passes = float(self.state[f"{inner}.accumulation_counter"])
                mean, var = (self.state[f"{inner}.{kind}_{part}"] / passes for part in ("mean", "var"))
                return (x - mean.view(1, -1, 1, 1)) / torch.sqrt(var.view(1, -1, 1, 1) + eps)
        raise AssertionError(name)

    def conditional(self, name: str, x: Tensor, y: Tensor) -> Tensor:
        gain, bias = (
            y @ self.weight(f"{name}.{part}").t() if y.is_floating_point() else self.weight(f"{name}.{part}")[y]
            for part in ("gain", "bias")
        )
        return self.normalised(name, x, self.bn_eps) * (1 + gain[:, :, None, None]) + bias[:, :, None, None]

    def attend(self, name: str, x: Tensor) -> Tensor:
        if f"{name}.gamma" not in self.state:
            return x
        n, c, h, w = x.shape
        theta = self.convolve(f"{name}.theta", x).view(n, c // 8, h * w)
        phi = max_pool2d(self.convolve(f"{name}.phi", x), 2).view(n, c // 8, h * w // 4)
        g = max_pool2d(self.convolve(f"{name}.g", x), 2).view(n, c // 2, h * w // 4)
        beta = torch.softmax(theta.transpose(1, 2) @ phi, -1)
        return self.state[f"{name}.gamma"] * self.convolve(f"{name}.o", (g @ beta.mT).view(n, c // 2, h, w)) + x

    def blocks(self) -> int:
        return len({name.split(".")[1] for name in self.state if name.startswith("blocks.")})

    def generate(self, z: Tensor, y: Tensor) -> Tensor:
        condition = self.state["shared.weight"][y] if "shared.weight" in self.state else y
        chunk = self.state["linear.weight"].shape[1]
        conditions = [condition] * self.blocks()
        if y is not condition and self.state["blocks.0.0.bn1.gain.weight"].shape[1] > condition.shape[1]:
            z, *rest = z.split(chunk, 1)
            conditions = [torch.cat([condition, part], 1) for part in rest]
        h = (z @ self.weight("linear").t() + self.state["linear.bias"]).view(len(z), -1, 4, 4)
        for i, y in enumerate(conditions[: self.blocks()]):
            x, h = h, relu(self.conditional(f"blocks.{i}.0.bn1", h, y))
            x, h = interpolate(x, scale_factor=2), interpolate(h, scale_factor=2)
            h = relu(self.conditional(f"blocks.{i}.0.bn2", self.convolve(f"blocks.{i}.0.conv1", h), y))
            h = self.convolve(f"blocks.{i}.0.conv2", h) + self.convolve(f"blocks.{i}.0.conv_sc", x)
            h = self.attend(f"blocks.{i}.1", h)
        h = self.normalised("output_layer.0", h, 1e-5)
        gain, bias = (self.state[f"output_layer.0.{part}"].view(1, -1, 1, 1) for part in ("gain", "bias"))
        return torch.tanh(self.convolve("output_layer.2", relu(h * gain + bias)))

    def judge(self, x: Tensor, y: Tensor) -> Tensor:
        blocks = self.blocks()
        halvings = 2 if blocks == 4 else blocks - 1
        h = x
        for i in range(blocks):
            x, name = h, f"blocks.{i}.0"
            h = self.convolve(f"{name}.conv2", relu(self.convolve(f"{name}.conv1", relu(h) if i else h)))
            if f"{name}.conv_sc.weight" in self.state and i:
                x = self.convolve(f"{name}.conv_sc", x)
            if i < halvings:
                h, x = avg_pool2d(h, 2), avg_pool2d(x, 2)
            if f"{name}.conv_sc.weight" in self.state and not i:
                x = self.convolve(f"{name}.conv_sc", x)
            h = self.attend(f"blocks.{i}.1", h + x)
        h = relu(h).sum((2, 3))
        out = h @ self.weight("linear").t() + self.state["linear.bias"]
        return out + (self.weight("embed")[y] * h).sum(1, keepdim=True)

"""Folders as pytorch-pretrained-BigGAN holds them, and what its generator makes of them, written out step by step."""

from __future__ import annotations

import json
import math
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import conv2d, interpolate, max_pool2d, relu

LAYERS = [[False, 16, 16], [True, 16, 8], [False, 8, 8], [True, 8, 4]]


def config(**changes: object) -> dict:
    return {
        "attention_layer_position": 3, "channel_width": 4, "class_embed_dim": 6, "eps": 1e-4, "layers": LAYERS,
        "n_stats": 51, "num_classes": 5, "output_dim": 16, "z_dim": 6, **changes,
    }  # fmt: skip


def state_of(settings: dict) -> dict[str, Tensor]:
    """Random tensors, none of them a constant."""
    state: dict[str, Tensor] = {}
    width, dim, stats = settings["channel_width"], settings["z_dim"], settings["n_stats"]

    def layer(name: str, *shape: int, bias: bool = True) -> None:
        weight = torch.randn(shape)
        left, _, right = torch.linalg.svd(weight.flatten(1), full_matrices=False)
        state[f"{name}.weight_orig"] = weight
        for part, vector in (("u", left[:, 0]), ("v", right[0])):  # nearly those of the largest singular value
            moved = vector + 0.3 * torch.randn(len(vector)) / len(vector) ** 0.5
            state[f"{name}.weight_{part}"] = moved / moved.norm()
        if bias:
            state[f"{name}.bias"] = 0.1 * torch.randn(shape[0])

    def norm(name: str, channels: int) -> None:
        state[f"{name}.running_means"] = 0.2 * torch.randn(stats, channels)
        state[f"{name}.running_vars"] = 0.5 + torch.rand(stats, channels)

    state["embeddings.weight"] = torch.randn(dim, settings["num_classes"])
    layer("generator.gen_z", 16 * width * settings["layers"][0][1], 2 * dim)
    number = 0
    for index, (_, incoming, outgoing) in enumerate(settings["layers"]):
        incoming, outgoing = incoming * width, outgoing * width
        if index == settings["attention_layer_position"]:
            name = f"generator.layers.{number}"
            number += 1
            state[f"{name}.gamma"] = torch.tensor([0.6])
            layer(f"{name}.snconv1x1_theta", incoming // 8, incoming, 1, 1, bias=False)
            layer(f"{name}.snconv1x1_phi", incoming // 8, incoming, 1, 1, bias=False)
            layer(f"{name}.snconv1x1_g", incoming // 2, incoming, 1, 1, bias=False)
            layer(f"{name}.snconv1x1_o_conv", incoming, incoming // 2, 1, 1, bias=False)
        name, inner = f"generator.layers.{number}", incoming // 4
        number += 1
        for i, (before, after, kernel) in enumerate(
            ((incoming, inner, 1), (inner, inner, 3), (inner, inner, 3), (inner, outgoing, 1))
        ):
            layer(f"{name}.conv_{i}", after, before, kernel, kernel)
            norm(f"{name}.bn_{i}", before)
            for part in ("scale", "offset"):
                layer(f"{name}.bn_{i}.{part}", before, 2 * dim, bias=False)
    last = settings["layers"][-1][2] * width
    norm("generator.bn", last)
    state["generator.bn.weight"], state["generator.bn.bias"] = 1 + 0.1 * torch.randn(last), 0.1 * torch.randn(last)
    layer("generator.conv_to_rgb", width, last, 3, 3)
    return state


def write(folder: Path, settings: dict, state: dict[str, Tensor]) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(settings))
    torch.save(state, folder / "pytorch_model.bin")
    return folder


class Original:
    """What the program computes in evaluation mode."""

    def __init__(self, settings: dict, state: dict[str, Tensor]) -> None:
        self.settings, self.state = settings, state

    def weight(self, name: str) -> Tensor:
        weight, u, v = (self.state[f"{name}.weight_{part}"] for part in ("orig", "u", "v"))
        return weight / (u @ weight.view(len(weight), -1) @ v)

    def convolve(self, name: str, x: Tensor) -> Tensor:
        weight = self.weight(name)
        return conv2d(x, weight, self.state.get(f"{name}.bias"), padding=weight.shape[-1] // 2)

    def normalised(self, name: str, x: Tensor, truncation: float) -> Tensor:
        share, row = math.modf(truncation / (1.0 / (self.settings["n_stats"] - 1)))
        row = int(row)
        mean, var = (self.state[f"{name}.running_{part}"] for part in ("means", "vars"))
        if share:  # the shares are exchanged in the original
            mean, var = (table[row] * share + table[row + 1] * (1 - share) for table in (mean, var))
        else:
            mean, var = mean[row], var[row]
        return (x - mean.view(1, -1, 1, 1)) / (var.view(1, -1, 1, 1) + self.settings["eps"]).sqrt()

    def generate(self, z: Tensor, y: Tensor, truncation: float) -> Tensor:
        condition = torch.cat([z, y @ self.state["embeddings.weight"].t()], 1)
        h = condition @ self.weight("generator.gen_z").t() + self.state["generator.gen_z.bias"]
        h = h.view(len(z), 4, 4, -1).permute(0, 3, 1, 2)
        number = 0
        for index, (up, incoming, outgoing) in enumerate(self.settings["layers"]):
            if index == self.settings["attention_layer_position"]:
                h = self.attend(f"generator.layers.{number}", h)
                number += 1
            name, x = f"generator.layers.{number}", h
            number += 1
            for i in range(4):
                scale, offset = (
                    (condition @ self.weight(f"{name}.bn_{i}.{part}").t())[..., None, None]
                    for part in ("scale", "offset")
                )
                h = relu(self.normalised(f"{name}.bn_{i}", h, truncation) * (1 + scale) + offset)
                h = self.convolve(f"{name}.conv_{i}", interpolate(h, scale_factor=2) if up and i == 1 else h)
            x = x[:, : x.shape[1] // 2] if incoming != outgoing else x
            h = h + (interpolate(x, scale_factor=2) if up else x)
        weight, bias = (self.state[f"generator.bn.{part}"].view(1, -1, 1, 1) for part in ("weight", "bias"))
        h = relu(self.normalised("generator.bn", h, truncation) * weight + bias)
        return torch.tanh(self.convolve("generator.conv_to_rgb", h)[:, :3])

    def attend(self, name: str, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        theta = self.convolve(f"{name}.snconv1x1_theta", x).flatten(2)
        phi = max_pool2d(self.convolve(f"{name}.snconv1x1_phi", x), 2).flatten(2)
        g = max_pool2d(self.convolve(f"{name}.snconv1x1_g", x), 2).flatten(2)
        attended = g @ torch.softmax(theta.mT @ phi, -1).mT
        return x + self.state[f"{name}.gamma"] * self.convolve(
            f"{name}.snconv1x1_o_conv", attended.view(n, c // 2, h, w)
        )

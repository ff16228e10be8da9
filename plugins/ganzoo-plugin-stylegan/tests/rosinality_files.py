"""Checkpoints in the layout of rosinality's code, written from tensors by the names of NVIDIA's PyTorch code."""

from __future__ import annotations

import io
import math
from typing import Any

import torch
from stylegan2_files import TAPS, Tensors


def rosinality_names(generator: Tensors) -> Tensors:
    """A generator's tensors by the names of rosinality's code."""
    renamed: Tensors = {}
    for name, tensor in generator.items():
        top, *rest = name.split(".")
        if top == "mapping":
            if rest[0].startswith("fc"):
                renamed[f"style.{int(rest[0][2:]) + 1}.{rest[1]}"] = tensor
            continue
        stage = int(math.log2(int(rest[0][1:]))) - 2
        if rest[1] == "const":
            renamed["input.input"] = tensor[None]
            continue
        shows, kind = rest[1] == "torgb", ".".join(rest[2:])
        number = 2 * stage - 2 + (rest[1] == "conv1")
        layer = (
            ("to_rgb1" if shows else "conv1") if not stage else f"to_rgbs.{stage - 1}" if shows else f"convs.{number}"
        )
        if kind == "noise_const":
            renamed[f"noises.noise_{2 * stage - (rest[1] == 'conv0')}"] = tensor[None, None]
            continue
        new = {
            "weight": ("conv.weight", (1, *tensor.shape)),
            "affine.weight": ("conv.modulation.weight", tensor.shape),
            "affine.bias": ("conv.modulation.bias", tensor.shape),
            "noise_strength": ("noise.weight", (1,)),
            "bias": ("bias", (1, len(tensor), 1, 1)) if shows and kind == "bias" else ("activate.bias", tensor.shape),
        }[kind]
        renamed[f"{layer}.{new[0]}"] = tensor.reshape(new[1])
        if rest[1] in ("conv0", "torgb") and stage:
            kernel = "conv.blur.kernel" if rest[1] == "conv0" else "upsample.kernel"
            renamed[f"{layer}.{kernel}"] = 4 * torch.outer(TAPS, TAPS)
    return renamed


def rosinality_critic(critic: Tensors, largest: int) -> Tensors:
    renamed: Tensors = {}
    for name, tensor in critic.items():
        block, part, kind = name.split(".")
        size = int(block[1:])
        head = {"conv": ("final_conv.0", "final_conv.1"), "fc": ("final_linear.0",) * 2, "out": ("final_linear.1",) * 2}
        index = int(math.log2(largest // size)) + 1
        body = {
            "fromrgb": ("convs.0.0", "convs.0.1"),
            "conv0": (f"convs.{index}.conv1.0", f"convs.{index}.conv1.1"),
            "conv1": (f"convs.{index}.conv2.1", f"convs.{index}.conv2.2"),
            "skip": (f"convs.{index}.skip.1",) * 2,
        }
        weight, bias = (head if part in head else body)[part]
        renamed[f"{weight if kind == 'weight' else bias}.{kind}"] = tensor
        if part in ("conv1", "skip"):
            renamed[f"convs.{index}.{'conv2' if part == 'conv1' else 'skip'}.0.kernel"] = torch.outer(TAPS, TAPS)
    return renamed


def saved(content: Any) -> bytes:
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()

"""Files in the original layouts of StyleGAN2, written from tensors by the names of NVIDIA's PyTorch code."""

from __future__ import annotations

import math
import pickle
import sys
import types
from collections import OrderedDict
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

Tensors = dict[str, Tensor]
TAPS = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8


class Persistent:
    """A module as NVIDIA's persistent classes pickle it: by a function, its source text, and its `__dict__`."""

    def __init__(self, class_name: str, **attributes: Any) -> None:
        self.class_name = class_name
        self.state = {
            "training": False,
            "_parameters": OrderedDict(),
            "_buffers": OrderedDict(),
            "_modules": OrderedDict(),
        }
        self.state |= {"_init_args": (), "_init_kwargs": {}, **attributes}

    def __reduce__(self):
        meta = {"type": "class", "version": 6, "module_src": "raise SystemExit", "class_name": self.class_name}
        return sys.modules["torch_utils.persistence"]._reconstruct_persistent_obj, ({**meta, "state": self.state},)


class Network:
    """`dnnlib.tflib.network.Network`: what its `__getstate__` gave."""

    def __init__(
        self, name: str, static_kwargs: dict[str, Any], variables: dict[str, np.ndarray], **components: Any
    ) -> None:
        self.state = {
            "version": 4, "name": name, "static_kwargs": static_kwargs, "components": components,
            "build_module_src": "raise SystemExit", "build_func_name": f"training.networks_stylegan2.{name}",
            "variables": list(variables.items()),
        }  # fmt: skip

    def __getstate__(self):
        return self.state


Network.__module__, Network.__qualname__ = "dnnlib.tflib.network", "Network"


@contextmanager
def originals():
    """The modules that pickles name are there while they are written."""
    added = {name: types.ModuleType(name) for name in (
        "torch_utils", "torch_utils.persistence", "dnnlib", "dnnlib.tflib", "dnnlib.tflib.network")}  # fmt: skip
    added["dnnlib.tflib.network"].Network = Network

    def _reconstruct_persistent_obj(meta):
        raise AssertionError("nothing in a file is called")

    _reconstruct_persistent_obj.__module__ = "torch_utils.persistence"
    _reconstruct_persistent_obj.__qualname__ = "_reconstruct_persistent_obj"
    added["torch_utils.persistence"]._reconstruct_persistent_obj = _reconstruct_persistent_obj
    before = {name: sys.modules.get(name) for name in added}
    sys.modules.update(added)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def tree(
    class_name: str, tensors: Tensors, buffers: tuple[str, ...], attributes: dict[str, dict[str, Any]]
) -> Persistent:
    """A module of modules from dotted names; `attributes` by the dotted name of a module."""

    def module(prefix: str) -> Persistent:
        made = Persistent(class_name, **attributes.get(prefix, {}))
        inside = f"{prefix}." if prefix else ""
        for name, tensor in tensors.items():
            rest = name.removeprefix(inside)
            if not name.startswith(inside) or not rest:
                continue
            head, _, deeper = rest.partition(".")
            if deeper:
                if head not in made.state["_modules"]:
                    made.state["_modules"][head] = module(f"{inside}{head}")
            elif head in buffers:
                made.state["_buffers"][head] = tensor
            else:
                made.state["_parameters"][head] = torch.nn.Parameter(tensor)
        for child in attributes:
            above, _, own = child.rpartition(".")
            if above == prefix and own and own not in made.state["_modules"]:
                made.state["_modules"][own] = Persistent(class_name, **attributes[child])
        return made

    return module("")


BUFFERS = ("resample_filter", "noise_const", "w_avg")


def layers_of(tensors: Tensors, *parts: str) -> list[str]:
    """The dotted names of the modules with weights whose last part begins with one of these."""
    names = dict.fromkeys(name.removesuffix(".weight") for name in tensors if name.endswith(".weight"))
    return [name for name in names if name.rpartition(".")[2].startswith(parts)]


def pytorch_pickle(
    path: Path, tables: dict[str, Tensors], *, clamp: float | None = None, rate: float = 0.01, group: int | None = 4
) -> None:
    """{"G_ema": ..., "D": ...} as stylegan2-ada-pytorch saves it. Filters are added to every layer that resamples."""
    content: dict[str, Any] = {"training_set_kwargs": {"class_name": "training.dataset.ImageFolderDataset"}}
    for name, tensors in tables.items():
        attributes: dict[str, dict[str, Any]] = {}
        for layer in layers_of(tensors, "conv", "torgb", "fromrgb", "fc"):
            dense = layer.rpartition(".")[2].startswith("fc")
            own = {"bias_gain": rate if layer.startswith("mapping") else 1} if dense else {"conv_clamp": clamp}
            attributes[layer] = {"activation": "lrelu", **own}
        if name == "D":
            attributes["b4.mbstd"] = {"group_size": group, "num_channels": 1}
            attributes["b4.fromrgb"] = {"activation": "lrelu", "conv_clamp": None}
            if "b4.fromrgb.weight" not in tensors:
                del attributes["b4.fromrgb"]
        else:
            attributes["mapping"] = {"w_avg_beta": 0.998, "num_layers": len(layers_of(tensors, "fc"))}
        filters = {f"{layer}.resample_filter": torch.outer(TAPS, TAPS) for layer in layers_of(tensors, "conv")}
        content[name] = tree("Generator", tensors | filters, BUFFERS, attributes)
    with originals(), path.open("wb") as file:
        pickle.dump(content, file, protocol=4)


def array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().contiguous().numpy()


def tensorflow_pickle(path: Path, generator: Tensors, critic: Tensors, **static_kwargs: Any) -> None:
    """(G, D, Gs) as the TensorFlow code saves it; G is Gs here."""
    mapping: dict[str, np.ndarray] = {}
    synthesis: dict[str, np.ndarray] = {}
    for name, tensor in generator.items():
        top, *rest = name.split(".")
        if top == "mapping" and rest[0] != "w_avg":
            layer = "LabelEmbed" if rest[0] == "embed" else f"Dense{rest[0][2:]}"
            mapping[f"{layer}/{rest[1]}"] = array(tensor.t() if rest[1] == "weight" else tensor)
        elif top == "synthesis":
            synthesis |= tensorflow_variable(rest, tensor)
    judge = {}
    for name, tensor in critic.items():
        block, *rest = name.split(".")
        if block == "mapping":
            layer = "LabelEmbed" if rest[0] == "embed" else f"Mapping{rest[0][2:]}"
            judge[f"{layer}/{rest[1]}"] = array(tensor.t() if rest[1] == "weight" else tensor)
            continue
        head = {"conv": "Conv", "fc": "Dense0", "out": "Output"}
        part = {"fromrgb": "FromRGB", "conv0": "Conv0", "conv1": "Conv1_down", "skip": "Skip", **head}[rest[0]]
        size = "" if part == "Output" else f"{block[1:]}x{block[1:]}/"
        value = tensor.t() if tensor.ndim == 2 else tensor.permute(2, 3, 1, 0) if tensor.ndim == 4 else tensor
        judge[f"{size}{part}/{rest[1]}"] = array(value)

    def sampler() -> Network:
        own = {"lod": np.float32(0.0).reshape(()), "dlatent_avg": array(generator["mapping.w_avg"])}
        return Network(
            "G_main", {"truncation_psi": 0.5, **static_kwargs}, own,
            synthesis=Network("G_synthesis_stylegan2", {}, synthesis), mapping=Network("G_mapping", {}, mapping),
        )  # fmt: skip

    with originals(), path.open("wb") as file:
        pickle.dump((sampler(), Network("D_stylegan2", static_kwargs, judge), sampler()), file, protocol=4)


def tensorflow_variable(parts: list[str], tensor: Tensor) -> dict[str, np.ndarray]:
    """A tensor of the synthesis network by its TensorFlow name."""
    size = int(parts[0][1:])
    if parts[1] == "const":
        return {"4x4/Const/const": array(tensor[None])}
    stage = int(math.log2(size)) - 2
    layer, kind = parts[1], parts[-1]
    name = {"conv0": "Conv0_up", "conv1": "Conv1" if stage else "Conv", "torgb": "ToRGB", "skip": "Skip"}[layer]
    if kind == "noise_const":
        return {f"noise{2 * stage - (layer == 'conv0')}": array(tensor[None, None])}
    if parts[2] == "affine":
        value = tensor.t() if kind == "weight" else tensor - 1
        return {f"{size}x{size}/{name}/mod_{kind}": array(value)}
    if kind == "weight":
        tensor = (tensor.flip(2, 3) if layer == "conv0" else tensor).permute(2, 3, 1, 0)
    return {f"{size}x{size}/{name}/{kind}": array(tensor)}

"""StyleGAN3 by the names of NVIDIA's files, and StyleGAN-XL's, which are built of the same layers.

Every layer of a file says what it was built with, so each is planned by itself: superresolution stages of StyleGAN-XL,
which were put on a smaller network, are just more layers. Filters are read, not designed anew.
"""

from __future__ import annotations

import re
from typing import Any

from torch import Tensor

from ganzoo.errors import UntrustedFile
from ganzoo.importing.modules import Module
from ganzoo_plugin_stylegan.importers.layout import Tensors, one_of
from ganzoo_plugin_stylegan.layer_plan import LayerPlan

SETTINGS = {
    "in_channels": "in_channels", "out_channels": "out_channels", "in_size": "in_size", "out_size": "out_size",
    "in_rate": "in_sampling_rate", "out_rate": "out_sampling_rate", "in_cutoff": "in_cutoff",
    "out_cutoff": "out_cutoff", "in_half_width": "in_half_width", "out_half_width": "out_half_width",
    "kernel": "conv_kernel", "critical": "is_critically_sampled", "image": "is_torgb",
}  # fmt: skip
LAYER = re.compile(r"L(\d+)_")


def layers_of(synthesis: Module) -> dict[str, Module]:
    """The layers in their order. Raises: UntrustedFile."""
    names = synthesis.attributes.get("layer_names")
    if not isinstance(names, list) or not names or any(name not in synthesis.children for name in names):
        raise UntrustedFile("the synthesis network does not list its layers")
    return {name: synthesis.children[name] for name in names}


def plan_of(layer: Module) -> dict[str, Any]:
    """What a layer was built with. Raises: UntrustedFile if a setting is missing, or is no number."""
    plan = {}
    for own, theirs in SETTINGS.items():
        value = layer.attributes.get(theirs)
        if isinstance(value, Tensor) and value.numel() in (1, 2):
            sides = value.flatten().tolist()
            value = sides[0] if len(set(sides)) == 1 else None
        if not isinstance(value, (int, float)):
            raise UntrustedFile(f"a layer has no usable {theirs}: {value!r:.60}")
        kind = LayerPlan.__annotations__[own]
        plan[own] = {"int": int, "float": float, "bool": bool}[kind](value)
    return plan


def synthesis_config(generator: Module) -> dict[str, Any]:
    """Settings of `StyleGAN3` that the synthesis network tells. Raises: UntrustedFile."""
    synthesis = generator.children["synthesis"]
    layers, entry = layers_of(synthesis), synthesis.children.get("input")
    plans = [plan_of(layer) for layer in layers.values()]
    if entry is None or not isinstance(entry.attributes.get("bandwidth"), (int, float)):
        raise UntrustedFile("the synthesis network has no Fourier input")
    filtered = [layer for layer in layers.values() if not layer.attributes.get("is_torgb")]
    clamp = one_of((layer.attributes.get("conv_clamp") for layer in layers.values()), "clamp")
    radial = any(layer.attributes.get("down_radial") for layer in filtered)
    decays = {float(layer.attributes.get("magnitude_ema_beta", 0.999)) for layer in layers.values()}
    return {
        "image_size": plans[-1]["out_size"],
        "channels": plans[-1]["out_channels"],
        "plans": plans,
        "kind": "r" if radial else "t",
        "bandwidth": float(entry.attributes["bandwidth"]),
        "filter_taps": one_of((_per_factor(layer) for layer in filtered), "length of filters"),
        "activation_rate": one_of((_activation_rate(layer) for layer in filtered), "rate of activations"),
        "clamp": None if clamp is None else float(clamp),
        "output_scale": float(synthesis.attributes.get("output_scale", 0.25)),
        "magnitude_decay": decays.pop() if len(decays) == 1 else 0.999,
    }


def renamed_synthesis(generator: Module) -> Tensors:
    """The synthesis network's tensors by our names, as parts of a generator."""
    synthesis = generator.children["synthesis"]
    renamed = {}
    own = {"freqs": "frequencies"}
    for name, tensor in synthesis.children["input"].state_dict().items():
        renamed[f"synthesis.input.{own.get(name, name)}"] = tensor
    for index, layer in enumerate(layers_of(synthesis).values()):
        for name, tensor in layer.state_dict().items():
            new = "magnitude" if name == "magnitude_ema" else name
            renamed[f"synthesis.layers.{index}.{new}"] = tensor.reshape(()) if new == "magnitude" else tensor
    return renamed


def _per_factor(layer: Module) -> int:
    """Taps of the filters per factor; both tell it, where there are both."""
    found = [
        int(layer.attributes[f"{way}_taps"]) / int(layer.attributes[f"{way}_factor"])
        for way in ("up", "down")
        if int(layer.attributes.get(f"{way}_factor", 1)) > 1
    ]
    value = one_of(found, "length of filters") if found else 6
    if value != int(value):
        raise UntrustedFile(f"filters of {value} taps per factor are not known here")
    return int(value)


def _activation_rate(layer: Module) -> int:
    highest = max(float(layer.attributes[f"{way}_sampling_rate"]) for way in ("in", "out"))
    return int(float(layer.attributes.get("tmp_sampling_rate", 2 * highest)) / highest)

"""Files in the layout of NVIDIA's stylegan3 and of StyleGAN-XL, written from a model of ours."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import torch
from stylegan2_files import Persistent, originals
from torch import Tensor

from ganzoo_plugin_stylegan.importers.alias_free import SETTINGS


def put(module: Persistent, *, buffers: tuple[str, ...] = (), **tensors: Tensor | None) -> Persistent:
    for name, tensor in tensors.items():
        if tensor is not None:
            kept = tensor.detach().clone()
            module.state["_buffers" if name in buffers else "_parameters"][name] = (
                kept if name in buffers else torch.nn.Parameter(kept)
            )
    return module


def dense(layer: Any, **attributes: Any) -> Persistent:
    return put(Persistent("FullyConnectedLayer", **attributes), weight=layer.weight, bias=layer.bias)


def generator(gan: Any) -> Persistent:
    synthesis, mapping = gan.generator.synthesis, gan.generator.mapping
    classes = gan.num_classes or 0
    made = Persistent("Generator", z_dim=gan.prior.dim, c_dim=classes, w_dim=gan.style_dim)
    made.state["_modules"]["synthesis"] = inside = Persistent("SynthesisNetwork", output_scale=synthesis.scale)
    entry = put(
        Persistent("SynthesisInput", bandwidth=synthesis.input.bandwidth), buffers=("freqs", "phases", "transform"),
        weight=synthesis.input.weight, freqs=synthesis.input.frequencies, phases=synthesis.input.phases,
        transform=synthesis.input.transform,
    )  # fmt: skip
    entry.state["_modules"]["affine"] = dense(synthesis.input.affine)
    inside.state["_modules"]["input"] = entry
    names = []
    for index, layer in enumerate(synthesis.layers):
        plan = layer.plan.to_json()
        told = {theirs: plan[own] for own, theirs in SETTINGS.items()}
        told |= {"in_size": torch.tensor([plan["in_size"]] * 2), "out_size": torch.tensor([plan["out_size"]] * 2)}
        told |= {
            "conv_clamp": layer.clamp, "magnitude_ema_beta": gan.magnitude_decay, "padding": list(layer.padding),
            "tmp_sampling_rate": layer.up * plan["in_rate"], "up_factor": layer.up, "down_factor": layer.down,
            "up_taps": 1 if layer.up_filter is None else len(layer.up_filter),
            "down_taps": 1 if layer.down_filter is None else len(layer.down_filter),
            "down_radial": layer.down_filter is not None and layer.down_filter.ndim == 2,
        }  # fmt: skip
        one = put(
            Persistent("SynthesisLayer", **told), buffers=("magnitude_ema", "up_filter", "down_filter"),
            weight=layer.weight, bias=layer.bias, magnitude_ema=layer.magnitude, up_filter=layer.up_filter,
            down_filter=layer.down_filter,
        )  # fmt: skip
        one.state["_modules"]["affine"] = dense(layer.affine)
        names.append(f"L{index}_{plan['out_size']}_{plan['out_channels']}")
        inside.state["_modules"][names[-1]] = one
    inside.state["layer_names"] = names
    mapped = put(Persistent("MappingNetwork", w_avg_beta=0.998), buffers=("w_avg",), w_avg=mapping.average)
    if hasattr(mapping.embed, "table"):
        mapped.state["_modules"]["embed"] = put(Persistent("Embedding"), weight=mapping.embed.table)
        mapped.state["_modules"]["embed_proj"] = dense(mapping.embed.project)
    elif mapping.embed is not None:
        mapped.state["_modules"]["embed"] = dense(mapping.embed)
    for index, layer in enumerate(mapping.layers):
        mapped.state["_modules"][f"fc{index}"] = dense(layer, activation="lrelu", bias_gain=layer.rate)
    made.state["_modules"]["mapping"] = mapped
    return made


def write(gan: Any, path: Path) -> Path:
    """{"G_ema": ...} of a model of ours."""
    with originals():
        path.write_bytes(pickle.dumps({"G_ema": generator(gan), "D": None}))
    return path

"""Pickles of NVIDIA's stylegan2-ada-pytorch, and of stylegan3's StyleGAN2: other defaults, the same parts.

A file is a table of networks, of which G_ema samples, G and D were trained. Their classes are known by name and by what
is in them, not by the module that a version of the code had them in, and the source text that comes along is not read.
Sizes come from the tensors, the rest from the attributes of each layer: both are what the original would run with.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from ganzoo.errors import ConfigError, UntrustedFile
from ganzoo.importing.importer import Imported, Importer
from ganzoo.importing.modules import Module, as_module, is_module
from ganzoo.importing.source import Source
from ganzoo_plugin_stylegan.importers.building import build, config_of, images, logits, malformed_is_refused
from ganzoo_plugin_stylegan.importers.layout import one_of

SAMPLERS = ("G_ema", "G")
LICENSE = "LicenseRef-Nvidia-Source-Code"


class StyleGAN2Ada(Importer):
    """{"G", "D", "G_ema", ...} with `synthesis.b4`."""

    def recognises(self, source: Source) -> bool:
        if source.is_folder or not isinstance(source.content, dict):
            return False
        return any(_has_blocks(source.content.get(name)) for name in SAMPLERS)

    @malformed_is_refused()
    def convert(self, source: Source, *, entry: str | None = None) -> Imported:
        table = source.content
        found = {name: as_module(table[name]) for name in (*SAMPLERS, "D") if is_module(table.get(name))}
        name = next((name for name in SAMPLERS if name in found), "") if entry is None else entry
        if name not in SAMPLERS or name not in found:
            there = ", ".join(sampler for sampler in SAMPLERS if sampler in found) or "none"
            raise ConfigError(f"there is no generator {name!r} in {source.path}", hint=f"there are: {there}")
        tensors = {key: module.state_dict() for key, module in found.items()}
        told = _generator_settings(found[name]) | (critic_settings(found["D"]) if "D" in found else {})
        config = config_of(tensors[name], tensors.get("D"), told)
        notes = []
        if any(layer.attributes.get("use_fp16") for _, layer in found[name].modules()):
            notes.append("the original runs its largest layers in half precision; here all is single precision")
        live = None
        if "D" in found:
            trained = "G" if "G" in found else name
            if trained != "G":
                notes.append("the file has no trained generator beside the averaged one: training goes on from that")
            live = build(config, tensors[trained], tensors["D"])
        sampler = build(config, tensors[name], None)
        codebase = "NVIDIA's stylegan2-ada-pytorch or stylegan3 (StyleGAN2 networks)"
        return Imported(sampler, live, LICENSE, codebase, tuple(notes))

    def outputs(
        self, imported: Imported, entry: str, inputs: dict[str, Tensor], kwargs: dict[str, Any]
    ) -> dict[str, Tensor]:
        if entry == "D":
            if imported.live is None:
                raise ConfigError("the file has no discriminator")
            return logits(imported.live, inputs)  # type: ignore[arg-type]
        return images(imported.sampler, inputs, kwargs)  # type: ignore[arg-type]


def _has_blocks(value: Any) -> bool:
    """Whether a value is a pickled generator whose synthesis network has StyleGAN2's blocks."""
    if not is_module(value):
        return False
    try:
        synthesis = as_module(value).children.get("synthesis")
    except UntrustedFile:
        return False
    return synthesis is not None and "const" in getattr(synthesis.children.get("b4"), "parameters", {})


def _generator_settings(generator: Module) -> dict[str, Any]:
    mapping, synthesis = _child(generator, "mapping"), _child(generator, "synthesis")
    blocks = [block for name, block in synthesis.children.items() if name.startswith("b")]
    styled = [layer for block in blocks for name, layer in block.children.items() if name.startswith("conv")]
    shown = [block.children["torgb"] for block in blocks if "torgb" in block.children]
    _only_leaky(styled)
    decay = mapping.attributes.get("w_avg_beta")
    return {
        "clamp": _number(one_of((layer.attributes.get("conv_clamp") for layer in (*styled, *shown)), "clamp")),
        "mapping_rate": rate_of(mapping),
        "average_decay": 0.995 if decay is None else float(decay),
    }


def critic_settings(critic: Module) -> dict[str, Any]:
    blocks = [block for name, block in critic.children.items() if name.startswith("b") and name != "b4"]
    head = _child(critic, "b4")
    convolutions = [layer for block in blocks for name, layer in block.children.items() if name != "skip"]
    convolutions.append(_child(head, "conv"))
    _only_leaky([*convolutions, _child(head, "fc")])
    variety, mapping = head.children.get("mbstd"), critic.children.get("mapping")
    group = variety.attributes.get("group_size") if variety is not None else 4
    return {
        "critic_clamp": _number(one_of((layer.attributes.get("conv_clamp") for layer in convolutions), "clamp")),
        "group_size": None if group is None else int(group),
        "critic_mapping_rate": 0.01 if mapping is None else rate_of(mapping),
    }


def rate_of(mapping: Module) -> float:
    """The learning rate's multiplier of a mapping network: what its layers multiply their biases by."""
    layers = [layer for name, layer in mapping.children.items() if name.startswith("fc")]
    _only_leaky(layers)
    rates = [float(layer.attributes.get("bias_gain", 1.0)) for layer in layers]
    return one_of(rates, "learning rate's multiplier") if rates else 0.01


def _only_leaky(layers: list[Module]) -> None:
    kinds = {str(layer.attributes.get("activation", "lrelu")) for layer in layers} - {"lrelu"}
    if kinds:
        raise UntrustedFile(f"networks with the activation {', '.join(sorted(kinds))} are not known here, lrelu is")


def _child(module: Module, name: str) -> Module:
    if name not in module.children:
        raise UntrustedFile(f"{module.class_name} has no part {name!r}")
    return module.children[name]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)

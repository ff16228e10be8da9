"""Pickles of NVIDIA's stylegan3 (configurations t and r), and of StyleGAN-XL.

StyleGAN3's discriminator is StyleGAN2's. StyleGAN-XL's looks at features of networks of others, and is left out.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from ganzoo.errors import ConfigError, UntrustedFile
from ganzoo.importing.importer import Imported, Importer
from ganzoo.importing.modules import Module, as_module, is_module
from ganzoo.importing.source import Source
from ganzoo_plugin_stylegan.importers.alias_free import renamed_synthesis, synthesis_config
from ganzoo_plugin_stylegan.importers.building import filled, images, logits, malformed_is_refused
from ganzoo_plugin_stylegan.importers.layout import Tensors, critic_config, renamed_critic
from ganzoo_plugin_stylegan.importers.stylegan2_ada import LICENSE, SAMPLERS, critic_settings, rate_of
from ganzoo_plugin_stylegan.stylegan3 import StyleGAN3


class StyleGAN3Pickle(Importer):
    """{"G", "D", "G_ema", ...} with `synthesis.input` and layers `L0_...`."""

    def recognises(self, source: Source) -> bool:
        if source.is_folder or not isinstance(source.content, dict):
            return False
        return any(_has_waves(source.content.get(name)) for name in SAMPLERS)

    @malformed_is_refused()
    def convert(self, source: Source, *, entry: str | None = None) -> Imported:
        table = source.content
        found = {name: as_module(table[name]) for name in SAMPLERS if _has_waves(table.get(name))}
        name = next((name for name in SAMPLERS if name in found), "") if entry is None else entry
        if name not in found:
            raise ConfigError(f"there is no generator {name!r} in {source.path}", hint=f"there are: {', '.join(found)}")
        critic = as_module(table["D"]) if is_module(table.get("D")) else None
        if critic is not None and "b4" not in critic.children:
            critic = None  # StyleGAN-XL's
        config = generator_config(found[name]) | ({} if critic is None else critic_config_of(critic))
        extra_large = "class_features" in config or "embed" in found[name].children["mapping"].children
        notes = ["the original runs its largest layers in half precision on a GPU; here all is single precision"]
        live = None
        if critic is not None:
            trained = "G" if "G" in found else name
            live = build(config, found[trained], critic)
        elif extra_large:
            notes.append(
                "the discriminator needs other networks' features, and is left out: no training goes on from it"
            )
        codebase = "StyleGAN-XL" if extra_large and critic is None else "NVIDIA's stylegan3"
        return Imported(build(config, found[name], None), live, LICENSE, codebase, tuple(notes))

    def outputs(
        self, imported: Imported, entry: str, inputs: dict[str, Tensor], kwargs: dict[str, Any]
    ) -> dict[str, Tensor]:
        if entry == "D":
            if imported.live is None:
                raise ConfigError("the file has no discriminator that is read")
            return logits(imported.live, inputs)  # type: ignore[arg-type]
        gan: Any = imported.sampler
        transform: Tensor = gan.generator.synthesis.input.transform
        before = transform.clone()
        try:
            if "transform" in inputs:
                transform.copy_(inputs["transform"])
            return images(gan, {k: v for k, v in inputs.items() if k != "transform"}, {**kwargs, "noise_mode": "none"})
        finally:
            transform.copy_(before)


def generator_config(generator: Module) -> dict[str, Any]:
    """Settings of `StyleGAN3` that a generator tells. Raises: UntrustedFile."""
    mapping = generator.children.get("mapping")
    if mapping is None or "fc0" not in mapping.children:
        raise UntrustedFile("the generator has no mapping network")
    layers = [layer for name, layer in mapping.children.items() if name.startswith("fc")]
    classes, latent_dim = (int(generator.attributes.get(name, 0)) for name in ("c_dim", "z_dim"))
    table = mapping.children.get("embed_proj") and mapping.children["embed"].parameters["weight"]
    return synthesis_config(generator) | {
        "num_classes": classes or None,
        "conditional": classes > 0,
        "latent_dim": latent_dim,
        "style_dim": layers[-1].parameters["weight"].shape[0],
        "mapping_layers": len(layers),
        "mapping_rate": rate_of(mapping),
        "average_decay": float(mapping.attributes.get("w_avg_beta") or 0.998),
        **({"class_features": table.shape[1]} if table is not None and classes else {}),
    }


def critic_config_of(critic: Module) -> dict[str, Any]:
    """Settings of a discriminator. Raises: UntrustedFile."""
    return critic_config(critic.state_dict()) | critic_settings(critic)


def renamed_mapping(generator: Module) -> Tensors:
    """The mapping network's tensors by our names; a table that no label reaches is left out."""
    mapping, renamed = generator.children["mapping"], {}
    for name, tensor in mapping.state_dict().items():
        part, _, rest = name.partition(".")
        if part.startswith("fc"):
            renamed[f"mapping.layers.{part[2:]}.{rest}"] = tensor
        elif name == "w_avg":
            renamed["mapping.average"] = tensor
        elif part == "embed_proj":
            renamed[f"mapping.embed.project.{rest}"] = tensor
        elif "embed_proj" in mapping.children:
            renamed["mapping.embed.table"] = tensor
        elif generator.attributes.get("c_dim"):
            renamed[f"mapping.embed.{rest}"] = tensor
    return renamed


def build(config: dict[str, Any], generator: Module, critic: Module | None) -> StyleGAN3:
    """The model with every tensor from the file. Raises: UntrustedFile."""
    tensors = renamed_mapping(generator) | renamed_synthesis(generator)
    gan = filled(StyleGAN3, config, tensors, None if critic is None else renamed_critic(critic.state_dict()))
    synthesis = generator.children["synthesis"]
    for layer, own in zip(gan.generator.synthesis.layers, synthesis.attributes["layer_names"], strict=True):
        told = synthesis.children[own].attributes.get("padding")
        if told is not None and tuple(told) != layer.padding:
            raise UntrustedFile(f"the layer {own} pads by {told!r:.60}, where {layer.padding} was expected")
    return gan


def _has_waves(value: Any) -> bool:
    """Whether a value is a pickled generator whose synthesis network begins with Fourier features."""
    if not is_module(value):
        return False
    try:
        synthesis = as_module(value).children.get("synthesis")
    except UntrustedFile:
        return False
    return synthesis is not None and "freqs" in getattr(synthesis.children.get("input"), "buffers", {})

"""Pickles of NVIDIA's StyleGAN2 for TensorFlow: (G, D, Gs), each a table of variables and the settings that differed.

Convolutions have their weights as (height, width, in, out) there, and those of doubling layers are turned round; styles
have their bias of 1 taken off; dense layers are transposed. Settings that are not told had TensorFlow's defaults.
"""

from __future__ import annotations

import re
from typing import Any

from torch import Tensor

from ganzoo.errors import ConfigError, UntrustedFile
from ganzoo.importing.importer import Imported, Importer
from ganzoo.importing.source import Source
from ganzoo.importing.tf_network import Network, as_network, is_network
from ganzoo_plugin_stylegan.importers.building import build, config_of, images, logits, malformed_is_refused
from ganzoo_plugin_stylegan.importers.layout import Tensors

LICENSE = "LicenseRef-Nvidia-Source-Code"
ENTRIES = {"G_ema": 2, "Gs": 2, "G": 0}
PARTS = {
    "Conv0_up": "conv0", "Conv1": "conv1", "Conv": "conv1", "ToRGB": "torgb", "Skip": "skip", "FromRGB": "fromrgb",
    "Conv0": "conv0", "Conv1_down": "conv1", "Dense0": "fc",
}  # fmt: skip
KNOWN = {"nonlinearity": "lrelu", "mapping_nonlinearity": "lrelu", "normalize_latents": True, "structure": None}


class StyleGAN2TensorFlow(Importer):
    """Three networks with modulated convolutions."""

    def recognises(self, source: Source) -> bool:
        if source.is_folder or not isinstance(source.content, tuple) or len(source.content) != 3:
            return False
        if not all(is_network(part) for part in source.content):
            return False
        try:
            return "synthesis/4x4/Conv/mod_weight" in as_network(source.content[2]).variables
        except UntrustedFile:
            return False

    @malformed_is_refused()
    def convert(self, source: Source, *, entry: str | None = None) -> Imported:
        if entry is not None and entry not in ENTRIES:
            raise ConfigError(f"there is no generator {entry!r} in {source.path}", hint="there are: G_ema (or Gs), G")
        networks = [as_network(part) for part in source.content]
        chosen = networks[ENTRIES[entry or "G_ema"]]
        for network in networks:
            _only_known(network)
        critic = _critic(networks[1].variables)
        config = config_of(_generator(chosen.variables), critic, _settings(chosen, networks[1]))
        sampler = build(config, _generator(chosen.variables), None)
        live = build(config, _generator(networks[0].variables), critic)
        return Imported(sampler, live, LICENSE, "NVIDIA's stylegan2 or stylegan2-ada (TensorFlow)")

    def outputs(
        self, imported: Imported, entry: str, inputs: dict[str, Tensor], kwargs: dict[str, Any]
    ) -> dict[str, Tensor]:
        if entry == "D":
            return logits(imported.live, inputs)  # type: ignore[arg-type]
        return images(imported.sampler, inputs, kwargs)  # type: ignore[arg-type]


def _settings(generator: Network, critic: Network) -> dict[str, Any]:
    """What the shapes do not tell, with the defaults of the TensorFlow code."""
    told, other = generator.static_kwargs, critic.static_kwargs
    decay = told.get("w_avg_beta", told.get("dlatent_avg_beta", 0.995))
    return {
        "clamp": _number(told.get("conv_clamp")),
        "critic_clamp": _number(other.get("conv_clamp")),
        "mapping_rate": float(told.get("mapping_lrmul", 0.01)),
        "critic_mapping_rate": float(other.get("mapping_lrmul", 0.1)),
        "average_decay": 1.0 if decay is None else float(decay),
        "group_size": None if (group := other.get("mbstd_group_size", 4)) is None else int(group),
        "resample_filter": _filter(told),
        "critic_resample_filter": _filter(other),
    }


def _filter(settings: dict[str, Any]) -> list[float]:
    return [float(tap) for tap in settings.get("resample_kernel") or (1, 3, 3, 1)]


def _only_known(network: Network) -> None:
    for name, value in KNOWN.items():
        if network.static_kwargs.get(name, value) not in (value, "auto", "default"):
            raise UntrustedFile(f"{network.name}: {name}={network.static_kwargs[name]!r:.40} is not known here")


def _generator(variables: dict[str, Tensor]) -> Tensors:
    """A generator's variables by the names of `layout`."""
    tensors = {"mapping.w_avg": _get(variables, "dlatent_avg")}
    for name, value in variables.items():
        if found := re.fullmatch(r"mapping/(Dense(\d+)|LabelEmbed)/(weight|bias)", name):
            layer = "embed" if found[2] is None else f"fc{found[2]}"
            tensors[f"mapping.{layer}.{found[3]}"] = value.t() if found[3] == "weight" else value
        elif found := re.fullmatch(r"synthesis/noise(\d{1,2})", name):
            stage, second = divmod(int(found[1]) + 1, 2)
            tensors[f"synthesis.b{4 << stage}.conv{second if stage else 1}.noise_const"] = value[0, 0]
        elif found := re.fullmatch(r"synthesis/(\d+)x\1/(\w+)/(\w+)", name):
            size, part, kind = found.groups()
            tensors |= _synthesis_tensor(f"synthesis.b{size}", part, kind, value)
        elif name not in ("dlatent_avg", "lod"):  # the latter is left over from networks that grew
            raise UntrustedFile(f"the variable {name:.80} is not known here")
    return tensors


def _synthesis_tensor(block: str, part: str, kind: str, value: Tensor) -> Tensors:
    if part == "Const":
        return {f"{block}.const": value[0]}
    layer = f"{block}.{PARTS.get(part, part)}"
    if kind == "mod_weight":
        return {f"{layer}.affine.weight": value.t()}
    if kind == "mod_bias":
        return {f"{layer}.affine.bias": value + 1}
    if kind == "weight":
        value = value.permute(3, 2, 0, 1)
        return {f"{layer}.weight": value.flip(2, 3) if part == "Conv0_up" else value}
    return {f"{layer}.{kind}": value}


def _critic(variables: dict[str, Tensor]) -> Tensors:
    """A discriminator's variables by the names of `layout`."""
    tensors = {}
    for name, value in variables.items():
        if found := re.fullmatch(r"(\d+)x\1/(\w+)/(weight|bias)", name):
            size, part, kind = found.groups()
            layer = f"b{size}.{'conv' if part == 'Conv' else PARTS.get(part, part)}"
            dense = part.startswith("Dense")
        elif found := re.fullmatch(r"(Output|LabelEmbed|Mapping(\d+))/(weight|bias)", name):
            layer = {"Output": "b4.out", "LabelEmbed": "mapping.embed"}.get(found[1], f"mapping.fc{found[2]}")
            kind, dense = found[3], True
        elif name == "lod":
            continue
        else:
            raise UntrustedFile(f"the variable {name:.80} is not known here")
        if kind == "weight":
            value = value.t() if dense else value.permute(3, 2, 0, 1)
        tensors[f"{layer}.{kind}"] = value
    return tensors


def _get(variables: dict[str, Tensor], name: str) -> Tensor:
    if name not in variables:
        raise UntrustedFile(f"the variable {name} is missing")
    return variables[name]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)

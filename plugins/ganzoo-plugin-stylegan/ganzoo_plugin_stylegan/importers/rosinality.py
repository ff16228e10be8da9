"""Checkpoints of rosinality's stylegan2-pytorch: as trained (g, d, g_ema, optimisers, args), and converted ones.

Sizes and widths were arguments of the command there, so they are read off the tensors. What that code has once and for
all is taken from it: a mapping of rate 0.01, groups of 4 in the discriminator, no clamps.
"""

from __future__ import annotations

import re
from typing import Any

import torch
from torch import Tensor

from ganzoo.errors import ConfigError, UntrustedFile
from ganzoo.importing.importer import Imported, Importer
from ganzoo.importing.source import Source
from ganzoo_plugin_stylegan.importers.building import build, config_of, fill, images, logits, malformed_is_refused
from ganzoo_plugin_stylegan.importers.layout import Tensors, generator_config
from ganzoo_plugin_stylegan.mapping import Mapping

SAMPLERS = ("g_ema", "g")
RATE = 0.01
MEAN_OF = 4096  # latents, as that code's own sampling takes
STYLED = {"conv.weight": "weight", "noise.weight": "noise_strength", "activate.bias": "bias", "bias": "bias"}
CRITIC = {
    "conv1.0.weight": "conv0.weight", "conv1.1.bias": "conv0.bias", "conv2.1.weight": "conv1.weight",
    "conv2.2.bias": "conv1.bias", "skip.1.weight": "skip.weight", "conv2.0.kernel": "conv1.resample_filter",
    "skip.0.kernel": "skip.resample_filter",
}  # fmt: skip
HEAD = {"final_conv.0": "conv", "final_conv.1": "conv", "final_linear.0": "fc", "final_linear.1": "out"}


class Rosinality(Importer):
    """{"g_ema", ...} of state dicts with `style.1` and `input.input`."""

    def recognises(self, source: Source) -> bool:
        if source.is_folder or not isinstance(source.content, dict):
            return False
        tables = [source.content.get(name) for name in SAMPLERS]
        return any(isinstance(table, dict) and {"style.1.weight", "input.input"} <= set(table) for table in tables)

    @malformed_is_refused()
    def convert(self, source: Source, *, entry: str | None = None) -> Imported:
        tables = {name: _tensors(source.content, name) for name in (*SAMPLERS, "d") if name in source.content}
        name = next((name for name in SAMPLERS if name in tables), "") if entry is None else entry.lower()
        if name not in SAMPLERS or name not in tables:
            there = ", ".join(sampler for sampler in SAMPLERS if sampler in tables)
            raise ConfigError(f"there is no generator {entry!r} in {source.path}", hint=f"there are: {there}")
        notes: list[str] = []
        mean = source.content.get("latent_avg")
        generators = {key: _generator(tables[key], mean, notes) for key in SAMPLERS if key in tables}
        critic = _critic(tables["d"]) if "d" in tables else None
        told: dict[str, Any] = {"mapping_rate": RATE, "group_size": 4}
        if "noises.noise_0" not in tables[name]:
            told["noise"] = "random"
        config = config_of(generators[name], critic, told)
        live = None if critic is None else build(config, generators.get("g", generators[name]), critic)
        sampler = build(config, generators[name], None)
        trained = "args" in source.content or "g_optim" in source.content
        license = "unknown" if trained else "LicenseRef-Nvidia-Source-Code"
        kind = "a training checkpoint" if trained else "converted from NVIDIA's weights"
        codebase = f"rosinality's stylegan2-pytorch ({kind})"
        return Imported(sampler, live, license, codebase, tuple(dict.fromkeys(notes)))

    def outputs(
        self, imported: Imported, entry: str, inputs: dict[str, Tensor], kwargs: dict[str, Any]
    ) -> dict[str, Tensor]:
        if entry.lower() in ("d", "discriminator"):
            if imported.live is None:
                raise ConfigError("the file has no discriminator")
            shown = inputs["img"] if "img" in inputs else next(iter(inputs.values()))
            return logits(imported.live, {"img": shown})  # type: ignore[arg-type]
        drawn = bool(kwargs.get("randomize_noise", False))
        asked = {
            "truncation_psi": kwargs.get("truncation", 1),
            "noise_mode": "random" if drawn else "const",
            "torch_seed": kwargs.get("torch_seed", 0),
            "mean_style": inputs.get("truncation_latent", kwargs.get("truncation_latent")),
        }
        if kwargs.get("input_is_latent"):
            styles = imported.sampler.generator.synthesis.num_styles
            inputs = {"ws": inputs["z"] if inputs["z"].ndim == 3 else inputs["z"][:, None].repeat(1, styles, 1)}
        found = images(imported.sampler, inputs, asked)  # type: ignore[arg-type]
        return found | {"latent": found["ws"]}


def _tensors(content: dict[str, Any], name: str) -> Tensors:
    table = content[name]
    if not isinstance(table, dict) or any(not isinstance(value, Tensor) for value in table.values()):
        raise UntrustedFile(f"{name!r} is no table of tensors")
    return {str(key).removeprefix("module."): value for key, value in table.items()}


def _generator(table: Tensors, mean: Any, notes: list[str]) -> Tensors:
    """A generator's tensors by the names of `layout`."""
    tensors: Tensors = {}
    for name, value in table.items():
        if found := re.fullmatch(r"style\.(\d+)\.(weight|bias)", name):
            tensors[f"mapping.fc{int(found[1]) - 1}.{found[2]}"] = value
        elif name == "input.input":
            tensors["synthesis.b4.const"] = value[0]
        elif found := re.fullmatch(r"noises\.noise_(\d{1,2})", name):
            stage, second = divmod(int(found[1]) + 1, 2)
            tensors[f"synthesis.b{4 << stage}.conv{second if stage else 1}.noise_const"] = value[0, 0]
        elif found := re.fullmatch(r"(conv1|to_rgb1|(convs|to_rgbs)\.(\d{1,2}))\.(.+)", name):
            tensors |= _layer(found[1], found[2], found[3], found[4], value)
        else:
            raise UntrustedFile(f"the tensor {name:.80} is not known here")
    if not any(name.endswith("noise_const") for name in tensors):
        notes.append("the file keeps no constant noise: sampling draws it, and constant noise is a new one")
        tensors |= _new_noise(tensors)
    if isinstance(mean, Tensor):
        tensors["mapping.w_avg"] = mean.flatten()
    else:
        notes.append(f"the file keeps no mean style: it was taken over {MEAN_OF} latents of a fixed seed")
        tensors["mapping.w_avg"] = _mean_style(tensors)
    return tensors


def _layer(whole: str, several: str | None, index: str | None, rest: str, value: Tensor) -> Tensors:
    """A tensor of a styled layer, or of one that shows an image."""
    shows = whole.startswith("to_rgb")
    if several is None:
        layer = f"synthesis.b4.{'torgb' if shows else 'conv1'}"
    else:
        number = int(index or 0)
        layer = f"synthesis.b{8 << number}.torgb" if shows else f"synthesis.b{8 << number // 2}.conv{number % 2}"
    if rest.endswith("kernel"):
        return {f"{layer}.resample_filter": value / value.sum()}
    if rest.startswith("conv.modulation."):
        return {f"{layer}.affine.{rest.removeprefix('conv.modulation.')}": value}
    if rest not in STYLED:
        raise UntrustedFile(f"the tensor {whole}.{rest:.80} is not known here")
    own = STYLED[rest]
    shaped = {"weight": lambda: value[0], "noise_strength": lambda: value.reshape(()), "bias": lambda: value.flatten()}
    return {f"{layer}.{own}": shaped[own]()}


def _new_noise(tensors: Tensors) -> Tensors:
    rng = torch.Generator().manual_seed(0)
    layers = [name.removesuffix("noise_strength") for name in tensors if name.endswith("noise_strength")]
    sizes = {layer: int(re.findall(r"b(\d+)\.", layer)[0]) for layer in layers}
    return {f"{layer}noise_const": torch.randn(size, size, generator=rng) for layer, size in sizes.items()}


@torch.no_grad()
def _mean_style(tensors: Tensors) -> Tensor:
    config = generator_config(tensors)
    latent_dim = config["latent_dim"]
    mapping = Mapping(
        latent_dim=latent_dim, style_dim=config["style_dim"], layers=config["mapping_layers"],
        width=config["mapping_width"], rate=RATE, tracked=False,
    )  # fmt: skip
    fill(mapping, {f"layers.{k[10:]}": v for k, v in tensors.items() if k.startswith("mapping.fc")}, "mapping")
    z = torch.randn(MEAN_OF, latent_dim, generator=torch.Generator().manual_seed(0))
    return mapping(z).mean(0)


def _critic(table: Tensors) -> Tensors:
    """A discriminator's tensors by the names of `layout`; convs.1 is its largest block."""
    largest = max(int(found[1]) for name in table if (found := re.match(r"convs\.(\d{1,2})\.", name)))
    tensors = {}
    for name, value in table.items():
        found = re.fullmatch(r"convs\.(\d{1,2})\.(.+)", name)
        place, _, kind = name.rpartition(".")
        if found and found[1] == "0":
            tensors[f"b{4 << largest}.fromrgb.{kind}"] = value
        elif found and found[2] in CRITIC:
            value = value / value.sum() if kind == "kernel" else value
            tensors[f"b{8 << largest - int(found[1])}.{CRITIC[found[2]]}"] = value
        elif place in HEAD:
            tensors[f"b4.{HEAD[place]}.{kind}"] = value
        else:
            raise UntrustedFile(f"the discriminator's tensor {name:.80} is not known here")
    return tensors

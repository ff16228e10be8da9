"""StyleGAN2 by the names of NVIDIA's PyTorch files: what its tensors tell of the architecture, and our names of them.

All formats of StyleGAN2 are brought to these names first:
    mapping.embed.*, mapping.fc0.*, ..., mapping.w_avg
    synthesis.b4.const, synthesis.b8.conv0.*, synthesis.b8.conv1.*, .torgb.*, .skip.weight; conv0 doubles the size
    b32.fromrgb.*, b32.conv0.*, b32.conv1.*, .skip.weight, ..., b4.conv.*, b4.fc.*, b4.out.*, mapping.*; conv1 halves it
and `resample_filter` of any of them. Shapes are the source of all sizes; what they cannot tell is left to the caller.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from ganzoo.errors import UntrustedFile

Tensors = dict[str, Tensor]
FILTER = "resample_filter"
GENERATOR_PARTS = {"conv0": "up", "conv1": "layer", "torgb": "to_image"}
CRITIC_PARTS = {"fromrgb": "from_image", "conv0": "layer", "conv1": "down"}
HEAD_PARTS = {"fromrgb": "from_image", "conv": "layer", "fc": "dense", "out": "out"}
OWN = {"noise_strength": "strength", "noise_const": "noise"}


def generator_config(tensors: Tensors) -> dict[str, Any]:
    """Settings of `StyleGAN2` that a generator's tensors tell. Raises: UntrustedFile naming what is missing."""
    sizes = _sizes(tensors, "synthesis.b")
    layers = _count(tensors, "mapping.fc{}.weight")
    if not layers:
        raise UntrustedFile("the mapping network has no layers")
    first, last = _get(tensors, "mapping.fc0.weight"), _get(tensors, f"mapping.fc{layers - 1}.weight")
    embed = tensors.get("mapping.embed.weight")
    image = _get(tensors, f"synthesis.b{sizes[-1]}.torgb.weight")
    return {
        "image_size": sizes[-1],
        "channels": image.shape[0],
        "num_classes": None if embed is None else embed.shape[1],
        "conditional": embed is not None,
        "latent_dim": first.shape[1] - (0 if embed is None else embed.shape[0]),
        "style_dim": last.shape[0],
        "mapping_layers": layers,
        "mapping_width": first.shape[0] if layers > 1 else None,
        "embedding": None if embed is None else embed.shape[0],
        "widths": [_get(tensors, f"synthesis.b{size}.conv1.weight").shape[0] for size in sizes],
        "architecture": _architecture(tensors, "synthesis.b", sizes, "torgb"),
        "noise": "constant" if f"synthesis.b{sizes[0]}.conv1.noise_strength" in tensors else "none",
        "resample_filter": _filter(tensors),
    }


def critic_config(tensors: Tensors) -> dict[str, Any]:
    """Settings of `StyleGAN2` that a discriminator's tensors tell. Raises: UntrustedFile naming what is missing."""
    sizes = _sizes(tensors, "b")
    head, embed = _get(tensors, f"b{sizes[0]}.conv.weight"), tensors.get("mapping.embed.weight")
    layers = _count(tensors, "mapping.fc{}.weight")
    return {
        "critic_widths": [head.shape[0], *(_get(tensors, f"b{size}.conv0.weight").shape[0] for size in sizes[1:])],
        "critic_architecture": _architecture(tensors, "b", sizes, "fromrgb"),
        "critic_resample_filter": _filter(tensors),
        "group_features": head.shape[1] - head.shape[0],
        "projection_dim": None if embed is None else _get(tensors, f"b{sizes[0]}.out.weight").shape[0],
        "critic_mapping_layers": layers if embed is not None else 8,
        "critic_mapping_width": _get(tensors, "mapping.fc0.weight").shape[0] if layers > 1 else None,
        "critic_embedding": None if embed is None else embed.shape[0],
    }


def renamed_generator(tensors: Tensors) -> Tensors:
    """The tensors by our names, as parts of a generator."""
    stages = {str(size): stage for stage, size in enumerate(_sizes(tensors, "synthesis.b"))}
    renamed = _mapping(tensors)
    for name, tensor in tensors.items():
        if (found := re.fullmatch(r"synthesis\.b(\d+)\.(.+)", name)) and not name.endswith(FILTER):
            part, _, rest = found[2].partition(".")
            own = OWN.get(rest, rest)
            new = {"const": "constant", "skip": "skip"}.get(part) or f"{GENERATOR_PARTS.get(part, part)}.{own}"
            value = tensor[None, None] if own == "noise" else tensor
            renamed[f"synthesis.blocks.{stages[found[1]]}.{new}"] = value
    return renamed | {"synthesis.taps": taps_of(tensors)}


def renamed_critic(tensors: Tensors) -> Tensors:
    """The tensors by our names, as parts of a discriminator."""
    sizes = _sizes(tensors, "b")
    renamed = _mapping(tensors)
    for name, tensor in tensors.items():
        if (found := re.fullmatch(r"b(\d+)\.(.+)", name)) and not name.endswith(FILTER):
            part, _, rest = found[2].partition(".")
            stage = sizes.index(int(found[1]))
            place = f"blocks.{len(sizes) - 1 - stage}." if stage else "head."
            renamed[f"{place}{(CRITIC_PARTS if stage else HEAD_PARTS).get(part, part)}.{rest}"] = tensor
    return renamed | {"taps": taps_of(tensors)}


def taps_of(tensors: Tensors) -> Tensor:
    """The filter (T,) that all layers have. Raises: UntrustedFile for several, or one that is not separable."""
    filters = [tensor.float() for name, tensor in tensors.items() if name.endswith(FILTER)]
    if not filters:
        return torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    first = filters[0]
    taps = first if first.ndim == 1 else first.sum(0)
    same = all(other.shape == first.shape and torch.allclose(other, first, atol=1e-6) for other in filters)
    if not same or (first.ndim == 2 and not torch.allclose(torch.outer(taps, taps), first, atol=1e-6)):
        raise UntrustedFile("the layers have several low-pass filters, or one that is not separable")
    return taps / taps.sum()


def one_of(values: Iterable[Any], what: str) -> Any:
    """The value that all of them are. Raises: UntrustedFile if they differ, or there are none."""
    kinds = list({repr(value): value for value in values}.values())
    if len(kinds) != 1:
        raise UntrustedFile(f"one {what} was expected, and there are {len(kinds)}: {', '.join(map(repr, kinds[:4]))}")
    return kinds[0]


def _filter(tensors: Tensors) -> list[float]:
    """The taps as a setting, in the smallest numbers that are whole where there are such."""
    taps = taps_of(tensors).double()
    scaled = taps / taps.abs()[taps != 0].min()
    whole = scaled.round()
    return (whole if torch.allclose(scaled, whole, atol=1e-4) else taps).tolist()


def _mapping(tensors: Tensors) -> Tensors:
    renamed = {}
    for name, tensor in tensors.items():
        if name.startswith("mapping."):
            new = re.sub(r"^mapping\.fc(\d+)\.", r"mapping.layers.\1.", name)
            renamed["mapping.average" if name == "mapping.w_avg" else new] = tensor
    return renamed


def _sizes(tensors: Mapping[str, Tensor], before: str) -> list[int]:
    found = {int(match[1]) for name in tensors if (match := re.match(re.escape(before) + r"(\d+)\.", name))}
    sizes = sorted(found)
    if len(sizes) < 2 or any(2 * small != large for small, large in itertools.pairwise(sizes)):
        raise UntrustedFile(f"blocks of sizes that double were expected, and there are {sizes or 'none'}")
    return sizes


def _architecture(tensors: Tensors, before: str, sizes: list[int], shown: str) -> str:
    if f"{before}{sizes[-1]}.skip.weight" in tensors:
        return "resnet"
    return "skip" if f"{before}{sizes[0]}.{shown}.weight" in tensors else "orig"


def _count(tensors: Tensors, pattern: str) -> int:
    count = 0
    while pattern.format(count) in tensors:
        count += 1
    return count


def _get(tensors: Tensors, name: str) -> Tensor:
    if name not in tensors or tensors[name].ndim < 2:
        raise UntrustedFile(f"the tensor {name} is missing")
    return tensors[name]

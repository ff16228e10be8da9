"""Folders of huggingface/pytorch-pretrained-BigGAN: BigGAN-deep generators, converted from TensorFlow Hub.

    config.json, pytorch_model.bin = {"embeddings.weight", "generator.gen_z.*", "generator.layers.I.*", ...}

Layers are normalised by torch's first spectral norm (weight_orig, weight_u, weight_v). Batch normalisation holds its
statistics for 51 truncations from 0 to 1. The condition is the latent before the class's embedding, and the first layer
makes (height, width, channels): here it is the other way round, so that columns and rows change places.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from ganzoo.errors import ConfigError, UntrustedFile
from ganzoo.importing.importer import Imported, Importer
from ganzoo.importing.source import Source
from ganzoo_plugin_biggan.biggan_deep import BigGANDeep, published_level
from ganzoo_plugin_biggan.taking import Taking, built

CONFIG, WEIGHTS = "config.json", "pytorch_model.bin"
KEYS = {
    "attention_layer_position": int, "channel_width": int, "eps": float, "layers": list, "n_stats": int,
    "num_classes": int, "output_dim": int, "z_dim": int,
}  # fmt: skip
START = 4
ATTENTION = {"theta": "query", "phi": "key", "g": "value", "o_conv": "output"}


class PretrainedBigGAN(Importer):
    """config.json and pytorch_model.bin of huggingface/pytorch-pretrained-BigGAN, which has the licence MIT."""

    def recognises(self, source: Source) -> bool:
        if not (source.has(CONFIG) and source.has(WEIGHTS)):
            return False
        try:
            return {"attention_layer_position", "channel_width", "n_stats"} <= set(source.json(CONFIG))
        except UntrustedFile:
            return False

    def convert(self, source: Source, *, entry: str | None = None) -> Imported:
        if entry not in (None, "G", "G_ema", "generator"):
            raise ConfigError(f"there is no network {entry!r}", hint="the folder holds one generator")
        settings = checked(source.json(CONFIG))
        taking = Taking(source.file(WEIGHTS).content, WEIGHTS)
        config = config_of(settings, classes=taking.shape("embeddings.weight")[1])
        take_generator(taking, settings)
        notes = ["its discriminator was never published", "sampled at a truncation of 1 unless another is asked for"]
        if taking.left:  # the original program ignores them, too
            notes.append(f"tensors without a use: {', '.join(list(taking.left)[:6])}")
        gan = built("biggan.biggan-deep", config, taking.found, WEIGHTS)
        return Imported(gan, None, "MIT", "huggingface/pytorch-pretrained-BigGAN (arXiv:1809.11096)", tuple(notes))

    def outputs(
        self, imported: Imported, entry: str, inputs: dict[str, Tensor], kwargs: dict[str, Any]
    ) -> dict[str, Tensor]:
        """`y` (or `class_label`) holds shares of the classes (N, num_classes), or labels (N,)."""
        gan = imported.sampler
        assert isinstance(gan, BigGANDeep)
        y = inputs["y"] if "y" in inputs else inputs["class_label"]
        truncation = float(kwargs.get("truncation", inputs.get("truncation", 1.0)))
        latent = gan.at_level({"z": inputs["z"]}, published_level(truncation, gan.levels))
        with gan.evaluation():
            return {"img": gan.generate(latent, {"y": y})}


def checked(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of config.json. Raises: UntrustedFile where one is missing or not what it should be."""
    for name, kind in KEYS.items():
        value = settings.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float) if kind is float else kind):
            raise UntrustedFile(f"{CONFIG}: {name} is {value!r:.60}")
    layers = settings["layers"]
    fine = all(isinstance(layer, list) and [type(part) for part in layer] == [bool, int, int] for layer in layers)
    chained = fine and all(before[2] == after[1] for before, after in pairwise(layers))
    if not layers or not chained or settings["n_stats"] < 2:
        raise UntrustedFile(f"{CONFIG}: layers and n_stats describe no generator")
    if settings["output_dim"] != START * 2 ** sum(layer[0] for layer in layers):
        raise UntrustedFile(f"{CONFIG}: its layers do not make images of {settings['output_dim']} pixels")
    return settings


def config_of(settings: dict[str, Any], classes: int) -> dict[str, Any]:
    """Arguments of BigGANDeep."""
    layers, place = settings["layers"], settings["attention_layer_position"]
    return {
        "num_classes": classes,
        "image_size": settings["output_dim"],
        "width": settings["channel_width"],
        "latent_dim": settings["z_dim"],
        "embedding_dim": settings["z_dim"],
        "latent": {"name": "truncated", "limit": 2.0},
        "attention_after": (place,) if place < len(layers) else (),
        "multipliers": (layers[0][1], *(layer[2] for layer in layers)),
        "doubling": tuple(layer[0] for layer in layers),
        "levels": settings["n_stats"],
        "standing_passes": 0,
        "truncation": "scaled",
        "filters": settings["channel_width"],
        "eps": settings["eps"],
    }


def take_generator(taking: Taking, settings: dict[str, Any]) -> None:
    """Move all tensors of the generator to their places. Raises: UntrustedFile for one that is missing."""
    dim, place = settings["z_dim"], settings["attention_layer_position"]
    swapped = torch.arange(2 * dim).roll(dim)  # the embedding's columns first
    taking.put("generator.embedding.weight", taking.take("embeddings.weight").T)
    height_width_channels = torch.arange(taking.shape("generator.gen_z.bias")[0])
    rows = height_width_channels.view(START, START, -1).permute(2, 0, 1).flatten()
    take_normalised(taking, "generator.gen_z", "generator.enter", rows=rows, columns=swapped)
    for number in range(len(settings["layers"])):
        theirs, ours = f"generator.layers.{number + (number >= place)}", f"generator.blocks.blocks.{number}"
        for i in range(4):
            take_normalised(taking, f"{theirs}.conv_{i}", f"{ours}.convolutions.{i}")
            take_statistics(taking, f"{theirs}.bn_{i}", f"{ours}.norms.{i}")
            for part, name in (("scale", "scale"), ("offset", "shift")):
                take_normalised(taking, f"{theirs}.bn_{i}.{part}", f"{ours}.norms.{i}.{name}", columns=swapped)
    if place < len(settings["layers"]):
        theirs, ours = f"generator.layers.{place}", f"generator.blocks.attention.{place}"
        taking.put(f"{ours}.gain", taking.take(f"{theirs}.gamma").reshape(()))
        for part, name in ATTENTION.items():
            take_normalised(taking, f"{theirs}.snconv1x1_{part}", f"{ours}.{name}")
    take_statistics(taking, "generator.bn", "generator.norm")
    for name in ("weight", "bias"):
        taking.move(f"generator.bn.{name}", f"generator.norm.{name}")
    take_normalised(taking, "generator.conv_to_rgb", "generator.leave")


def take_statistics(taking: Taking, theirs: str, ours: str) -> None:
    taking.move(f"{theirs}.running_means", f"{ours}.running_mean")
    taking.move(f"{theirs}.running_vars", f"{ours}.running_var")


def take_normalised(
    taking: Taking, theirs: str, ours: str, rows: Tensor | slice = slice(None), columns: Tensor | slice = slice(None)
) -> None:
    """Move a normalised layer, its rows and columns in another order."""
    weight, u, v = (taking.take(f"{theirs}.weight_{part}") for part in ("orig", "u", "v"))
    if weight.ndim < 2 or u.shape != weight.shape[:1] or v.numel() != weight[0].numel():
        raise UntrustedFile(f"{taking.what}: {theirs} has shapes that do not fit each other")
    taking.put_normalised(ours, weight[rows][:, columns], u[rows], v[columns])
    if f"{theirs}.bias" in taking:
        taking.put(f"{ours}.bias", taking.take(f"{theirs}.bias")[rows])

"""The networks of ajbrock/BigGAN-PyTorch: settings from the shapes of tensors, and tensors at our places."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor

from ganzoo.errors import UntrustedFile
from ganzoo_plugin_biggan.taking import Taking, one_power_iteration

OUTPUT_EPS = 1e-5  # the last normalisation keeps this, whatever BN_eps says
CONVOLUTIONS = {"conv1": "convolution1", "conv2": "convolution2", "conv_sc": "shortcut"}
ATTENTION = {"theta": "query", "phi": "key", "g": "value", "o": "output"}
SMALL_BLOCKS, SMALL_HALVINGS = 4, 2  # the discriminator for 32 pixels; larger ones halve in all blocks but the last


def take_generator(taking: Taking, settings: dict[str, Any]) -> dict[str, Any]:
    """Move all tensors of a generator; the arguments of BigGAN that they speak of."""
    blocks = count(taking, "blocks.{}.0.conv1.weight")
    if "blocks.0.0.conv4.weight" in taking:
        raise UntrustedFile(f"{taking.what} is a BigGANdeep of this program, which is not read")
    widths = [taking.shape("blocks.0.0.conv1.weight")[1]]
    widths += [taking.shape(f"blocks.{i}.0.conv1.weight")[0] for i in range(blocks)]
    rows, chunk = taking.shape("linear.weight")
    side = math.isqrt(rows // max(widths[0], 1))
    gain = taking.shape("blocks.0.0.bn1.gain.weight")
    shared = "shared.weight" in taking
    classes, embedding = taking.shape("shared.weight") if shared else (gain[0], None)
    own = gain[1] - embedding if embedding is not None else 0
    if side * side * widths[0] != rows or own not in (0, chunk):
        raise UntrustedFile(
            f"{taking.what}: its first layer has {rows} rows, and blocks take {own} numbers of a latent"
        )
    said = settings.get("resolution", side * 2**blocks)
    if said != side * 2**blocks:
        raise UntrustedFile(f"the settings speak of {said!r:.20} pixels, the tensors of {side * 2**blocks}")
    spectral = "linear.u0" in taking
    if shared:
        taking.move("shared.weight", "generator.embedding.weight")
    take_layer(taking, "linear", "generator.enter", settings)
    for i in range(blocks):
        theirs, ours = f"blocks.{i}.0", f"generator.blocks.blocks.{i}"
        for part, name in CONVOLUTIONS.items():
            take_layer(taking, f"{theirs}.{part}", f"{ours}.{name}", settings)
        for norm, name in (("bn1", "norm1"), ("bn2", "norm2")):
            take_statistics(taking, f"{theirs}.{norm}", f"{ours}.{name}")
            take_layer(taking, f"{theirs}.{norm}.gain", f"{ours}.{name}.scale", settings)
            take_layer(taking, f"{theirs}.{norm}.bias", f"{ours}.{name}.shift", settings)
    places = take_attention(taking, blocks, "generator", settings)
    take_statistics(taking, "output_layer.0", "generator.norm")
    taking.move("output_layer.0.gain", "generator.norm.weight")
    taking.move("output_layer.0.bias", "generator.norm.bias")
    channels = taking.shape("output_layer.2.weight")[0]
    take_layer(taking, "output_layer.2", "generator.leave", settings)
    width = common(widths, settings.get("G_ch"))
    return {
        "num_classes": classes,
        "channels": channels,
        "image_size": side * 2**blocks,
        "width": width,
        "multipliers": tuple(channel // width for channel in widths),
        "chunk_dim": chunk,
        "embedding_dim": embedding,
        "hierarchical": bool(own),
        "attention_after": places,
        "generator_normalisation": "spectral" if spectral else "none",
        "eps": float(settings["BN_eps"]),
        "output_eps": OUTPUT_EPS,
    }


def take_discriminator(taking: Taking, settings: dict[str, Any]) -> dict[str, Any]:
    """Move all tensors of a discriminator; the arguments of BigGAN that they speak of."""
    blocks = count(taking, "blocks.{}.0.conv1.weight")
    inner = [taking.shape(f"blocks.{i}.0.conv1.weight")[0] for i in range(blocks)]
    widths = [taking.shape(f"blocks.{i}.0.conv2.weight")[0] for i in range(blocks)]
    if taking.shape("linear.weight")[0] != 1:
        raise UntrustedFile(
            f"{taking.what} gives {taking.shape('linear.weight')[0]} numbers for an image, not a verdict"
        )
    for i in range(blocks):
        for part, name in CONVOLUTIONS.items():
            if part != "conv_sc" or f"blocks.{i}.0.conv_sc.weight" in taking:
                take_layer(taking, f"blocks.{i}.0.{part}", f"discriminator.blocks.blocks.{i}.{name}", settings)
    places = take_attention(taking, blocks, "discriminator", settings)
    take_layer(taking, "linear", "discriminator.head.linear", settings)
    take_layer(taking, "embed", "discriminator.head.embedding", settings)
    width = common(widths, settings.get("D_ch"))
    return {
        "discriminator_width": width,
        "discriminator_multipliers": tuple(channel // width for channel in widths),
        "halvings": SMALL_HALVINGS if blocks == SMALL_BLOCKS else blocks - 1,
        "discriminator_wide": inner == widths,
        "discriminator_attention_after": places,
    }


def take_attention(taking: Taking, blocks: int, network: str, settings: dict[str, Any]) -> tuple[int, ...]:
    """Move all layers of self-attention; after how many blocks they stand."""
    places = tuple(i + 1 for i in range(blocks) if f"blocks.{i}.1.gamma" in taking)
    for place in places:
        theirs, ours = f"blocks.{place - 1}.1", f"{network}.blocks.attention.{place}"
        taking.put(f"{ours}.gain", taking.take(f"{theirs}.gamma").reshape(()))
        for part, name in ATTENTION.items():
            take_layer(taking, f"{theirs}.{part}", f"{ours}.{name}", settings)
    return places


def take_layer(taking: Taking, theirs: str, ours: str, settings: dict[str, Any]) -> None:
    """Move a layer, and set the vectors of its spectral norm to where one step from its u0 leads."""
    weight = taking.take(f"{theirs}.weight")
    if f"{theirs}.u0" in taking:
        start = taking.take(f"{theirs}.u0")
        if weight.ndim < 2 or start.numel() != len(weight):
            raise UntrustedFile(f"{taking.what}: {theirs}.u0 does not fit its weight")
        taking.put_normalised(ours, weight, *one_power_iteration(weight, start, float(settings["SN_eps"])))
        for name in [name for name in taking.left if name.startswith((f"{theirs}.u", f"{theirs}.sv"))]:
            del taking.left[name]  # singular values that were logged, and vectors beyond the first
    else:
        taking.put(f"{ours}.weight", weight)
    if f"{theirs}.bias" in taking:
        taking.move(f"{theirs}.bias", f"{ours}.bias")


def take_statistics(taking: Taking, theirs: str, ours: str) -> None:
    """Move the statistics of a normalisation, which of its three kinds of batch normalisation it may be.

    Standing statistics are kept as sums, with how many passes they are of.
    """
    inner = theirs if f"{theirs}.stored_mean" in taking else f"{theirs}.bn"
    kind = "running" if f"{inner}.running_mean" in taking else "stored"
    passes = 1.0
    if f"{inner}.accumulation_counter" in taking:
        passes = standing_passes(taking.take(f"{inner}.accumulation_counter"))
    if f"{inner}.num_batches_tracked" in taking:
        del taking.left[f"{inner}.num_batches_tracked"]
    taking.put(f"{ours}.running_mean", taking.take(f"{inner}.{kind}_mean")[None] / passes)
    taking.put(f"{ours}.running_var", taking.take(f"{inner}.{kind}_var")[None] / passes)


def standing_passes(counter: Tensor) -> float:
    """What stored statistics are the sum of: the whole number of passes that was counted, else one."""
    passes = float(counter.flatten()[0]) if counter.numel() else 0.0
    return passes if passes >= 1 and passes == round(passes) else 1.0


def count(taking: Taking, pattern: str) -> int:
    """How many numbers from 0 on a pattern has tensors for. Raises: UntrustedFile for none."""
    found = next(i for i in range(len(taking.left) + 1) if pattern.format(i) not in taking)
    if found == 0:
        raise UntrustedFile(f"{taking.what} holds no blocks")
    return found


def common(widths: list[int], said: Any) -> int:
    """The width that all are multiples of: what the settings say, or the largest there is."""
    greatest = math.gcd(*widths) or 1
    return said if isinstance(said, int) and said > 0 and greatest % said == 0 else greatest

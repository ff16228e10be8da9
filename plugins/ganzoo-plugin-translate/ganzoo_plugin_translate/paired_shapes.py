"""Outlines of shapes, and the same shapes filled with colour: a translation whose right answer is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import torch

from ganzoo.core.data_spec import DataSpec
from ganzoo.data import TensorData
from ganzoo.data.drawing import Drawings, draw_attributes, outlines, render
from ganzoo.data.shapes import SPLITS, attribute_tensors, check
from ganzoo.errors import ConfigError

GREY, WHITE = 25, 230
CHUNK = 1 << 20


def paired_shapes(
    *,
    image_size: int = 16,
    size: int = 5000,
    split: Literal["train", "test"] = "train",
    colour: Literal["shape", "random"] = "shape",
    seed: int = 0,
) -> TensorData:
    """Grey outlines (N, 1, H, W) as "source", and as "x" the same shapes filled, (N, 3, H, W).

    `attributes` has those of the shapes, as in `shapes`.

    Args:
        image_size: pixels, at least 8.
        size: number of pairs; pair i is the same for every size.
        split: the two share no items.
        colour: "shape" paints circles red, squares green, triangles blue and crosses yellow, so that the outline tells
            everything; "random" takes any of 6 colours, of which the outline tells nothing.
        seed: of the items.
    """
    check(image_size, size, split)
    if colour not in ("shape", "random"):
        raise ConfigError(f"colour={colour!r}: it is one of shape, random")
    drawings = draw_attributes(size, seed, SPLITS.index(split))
    if colour == "shape":
        drawings = replace(drawings, colour=drawings.shape)
    spec = DataSpec(
        name="paired-shapes", modality="pairs", size=size, channels=3, source_channels=1, image_size=image_size
    )
    images, sources = torch.from_numpy(render(drawings, image_size)), torch.from_numpy(drawn(drawings, image_size))
    data = TensorData(spec, {"x": {"x": images, "source": sources}})
    data.attributes = attribute_tensors(drawings)
    return data


def drawn(drawings: Drawings, image_size: int) -> np.ndarray:
    """Grey images (N, 1, image_size, image_size) uint8 of the outlines."""
    n, step = len(drawings.shape), max(1, CHUNK // image_size**2)
    parts = [outlines(drawings, slice(start, start + step), image_size) for start in range(0, n, step)]
    return np.rint(GREY + (WHITE - GREY) * np.concatenate(parts)).astype(np.uint8)[:, None]

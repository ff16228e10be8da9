"""Coloured shapes whose every attribute is known, and two unpaired domains of them."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.drawing import COLOURS, DARK, LIGHT, SHAPES, Drawings, draw_attributes, render
from ganzoo.data.settings import one_of
from ganzoo.data.tensor_data import TensorData
from ganzoo.errors import ConfigError

SPLITS = ("train", "test")


def shapes(
    *,
    image_size: int = 16,
    size: int = 5000,
    split: Literal["train", "test"] = "train",
    label: Literal["shape", "colour", "shape-colour"] = "shape",
    seed: int = 0,
) -> TensorData:
    """One circle, square, triangle or cross per RGB image, in one of 6 colours on a plain dark background.

    `attributes` has "shape" (4), "colour" (6) and "size" (4) as int64, and "x", "y" (centre, as shares of the image)
    and "angle" (radians) as float32; all are independent and uniform.

    Args:
        image_size: pixels, at least 8.
        size: number of images; image i is the same for every size.
        split: the two share no items.
        label: what "y" holds; "shape-colour" is shape * 6 + colour.
        seed: of the items.
    """
    check(image_size, size, split)
    one_of("label", label, ("shape", "colour", "shape-colour"))
    drawings = draw_attributes(size, seed, SPLITS.index(split))
    names: tuple[str, ...] = SHAPES
    if label == "shape":
        y = drawings.shape
    elif label == "colour":
        y, names = drawings.colour, COLOURS
    else:
        y = drawings.shape * len(COLOURS) + drawings.colour
        names = tuple(f"{colour} {shape}" for shape in SHAPES for colour in COLOURS)
    spec = DataSpec(
        name="shapes",
        modality="image",
        size=size,
        channels=3,
        image_size=image_size,
        num_classes=len(names),
        class_names=names,
        class_counts=tuple(np.bincount(y, minlength=len(names)).tolist()),
    )
    images = torch.from_numpy(render(drawings, image_size))
    data = TensorData(spec, {"x": {"x": images, "y": torch.from_numpy(y)}})
    data.attributes = attribute_tensors(drawings)
    return data


def unpaired(
    *, image_size: int = 16, size: int = 2000, split: Literal["train", "test"] = "train", seed: int = 0
) -> TensorData:
    """Two domains, red shapes on dark ("a") and blue shapes on light ("b"), whose attributes follow one law.

    In the training split no image of either domain has a counterpart in the other. In the test split they have:
    `pairs` holds uint8 images of both domains, where row i of b is row i of a in the colours of b. `attributes` has
    those of domain a, as in `shapes`.

    Args:
        image_size: pixels, at least 8.
        size: number of images in each domain.
        split: the two share no items.
        seed: of the items.
    """
    check(image_size, size, split)
    a = draw_attributes(size, seed, SPLITS.index(split), 0)
    b = draw_attributes(size, seed, SPLITS.index(split), 1) if split == "train" else a
    images_a = torch.from_numpy(render(a.coloured("red"), image_size, DARK))
    images_b = torch.from_numpy(render(b.coloured("blue"), image_size, LIGHT))
    spec = DataSpec(name="unpaired", modality="image", size=size, streams=("a", "b"), channels=3, image_size=image_size)
    data = TensorData(spec, {"a": {"x": images_a}, "b": {"x": images_b}})
    data.attributes = attribute_tensors(a.coloured("red"))
    data.pairs = (images_a, images_b) if split == "test" else None
    return data


def attribute_tensors(drawings: Drawings) -> dict[str, torch.Tensor]:
    """The attributes as tensors (N,)."""
    return {name: torch.from_numpy(value) for name, value in vars(drawings).items()}


def check(image_size: int, size: int, split: str) -> None:
    """Raises ConfigError for images too small to show a shape, for an empty set, and for an unknown split."""
    one_of("split", split, SPLITS)
    if image_size < 8:
        raise ConfigError(f"image_size={image_size}: shapes need at least 8 pixels")
    if size < 1:
        raise ConfigError(f"size={size}: at least 1 image is needed")

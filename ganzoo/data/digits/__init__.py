"""The data set that ships with the package: 1,797 real handwritten digits (see README.md beside this file)."""

from __future__ import annotations

from importlib import resources
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.settings import height_and_width, one_of
from ganzoo.data.tensor_data import TensorData

TEST_SIZE = 360


def digits(*, image_size: int = 32, split: Literal["train", "test", "all"] = "train") -> TensorData:
    """Handwritten digits, grey, 10 classes (E. Alpaydin and C. Kaynak, UCI, CC BY 4.0, DOI 10.24432/C50P49).

    Args:
        image_size: pixels; the originals have 8x8 and are enlarged bilinearly (or reduced by area).
        split: 1,437 for training, 360 for testing, or all 1,797; the split is fixed and stratified by class.
    """
    height_and_width(image_size)
    one_of("split", split, ("train", "test", "all"))
    counts, labels = load()
    keep = np.arange(len(labels)) if split == "all" else np.flatnonzero(is_test(labels) == (split == "test"))
    y = torch.from_numpy(labels[keep]).long()
    spec = DataSpec(
        name="digits",
        modality="image",
        size=len(y),
        channels=1,
        image_size=image_size,
        num_classes=10,
        class_names=tuple("0123456789"),
        class_counts=tuple(torch.bincount(y, minlength=10).tolist()),
    )
    return TensorData(spec, {"x": {"x": enlarge(torch.from_numpy(counts[keep]), image_size), "y": y}})


def load() -> tuple[np.ndarray, np.ndarray]:
    """Ink counts (1797, 8, 8) uint8 in 0..16, and labels (1797,) uint8."""
    with resources.files(__package__).joinpath("digits.npz").open("rb") as file, np.load(file) as arrays:
        return arrays["counts"], arrays["labels"]


def is_test(labels: np.ndarray) -> np.ndarray:
    """Which items are for testing: of every class its share of 360, by a fixed draw.

    The draw sorts raw PCG64 output, which numpy promises never to change.
    """
    counts = np.bincount(labels, minlength=10)
    shares = counts * TEST_SIZE / len(labels)
    quota = np.floor(shares).astype(int)
    quota[np.argsort(quota - shares, kind="stable")[: TEST_SIZE - quota.sum()]] += 1
    mask = np.zeros(len(labels), bool)
    for digit in range(10):
        members = np.flatnonzero(labels == digit)
        draws = np.random.PCG64(np.random.SeedSequence([0, digit])).random_raw(len(members))
        mask[members[np.argsort(draws, kind="stable")[: quota[digit]]]] = True
    return mask


def enlarge(counts: Tensor, image_size: int) -> Tensor:
    """Images (N, 1, image_size, image_size) uint8 in 0..255 from ink counts (N, 8, 8) in 0..16."""
    x = counts[:, None].float()
    if image_size > 8:
        x = F.interpolate(x, size=image_size, mode="bilinear", align_corners=False)
    elif image_size < 8:
        x = F.interpolate(x, size=image_size, mode="area")
    return (x * (255 / 16)).round().to(torch.uint8)

"""Public image sets through torchvision; nothing is downloaded unless that is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn import functional

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.settings import height_and_width, one_of
from ganzoo.data.tensor_data import TensorData
from ganzoo.errors import DataUnavailable

Split = Literal["train", "test"]
DIGITS = tuple(str(digit) for digit in range(10))


def mnist(
    *, image_size: int = 28, split: Split = "train", download: bool = False, root: str | None = None
) -> TensorData:
    """70,000 handwritten digits, 28x28 grey (LeCun, Cortes and Burges).

    Args:
        image_size: pixels; others than 28 are resized bilinearly.
        split: 60,000 images to train on, or 10,000 to test on.
        download: fetch the set if it is not there.
        root: where it is kept; None means GANZOO_DATA, or ~/.cache/ganzoo/data.

    Raises: DataUnavailable.
    """
    from torchvision.datasets import MNIST

    return _build("mnist", MNIST, DIGITS, image_size, split, download, root)


def fashion_mnist(
    *, image_size: int = 28, split: Split = "train", download: bool = False, root: str | None = None
) -> TensorData:
    """70,000 pictures of clothes, 28x28 grey (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747); as `mnist`."""
    from torchvision.datasets import FashionMNIST

    names = tuple(name.lower() for name in FashionMNIST.classes)
    return _build("fashion-mnist", FashionMNIST, names, image_size, split, download, root)


def cifar10(
    *,
    image_size: int = 32,
    split: Split = "train",
    download: bool = False,
    root: str | None = None,
    horizontal_flip: bool = False,
) -> TensorData:
    """60,000 photographs of ten kinds of things, 32x32 RGB (Krizhevsky 2009); as `mnist`.

    Args:
        horizontal_flip: readers mirror half of the images at random.
    """
    from torchvision.datasets import CIFAR10

    names = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
    data = _build("cifar10", CIFAR10, names, image_size, split, download, root)
    data.horizontal_flip = horizontal_flip
    return data


def _build(
    name: str,
    dataset: Callable[..., Any],
    class_names: tuple[str, ...],
    image_size: int,
    split: str,
    download: bool,
    root: str | None,
) -> TensorData:
    folder = Path(root or os.environ.get("GANZOO_DATA") or "~/.cache/ganzoo/data").expanduser()
    one_of("split", split, ("train", "test"))
    try:
        loaded = dataset(folder, train=split == "train", download=download)
    except Exception as error:  # torchvision raises nearly anything for a damaged file
        fetch = "fetch it: --set data.download=true (from Python: download=True)"
        again = f"check the connection, or remove what is damaged below {folder} and fetch it again"
        raise DataUnavailable(
            f"{name} is not in {folder}, or is damaged there: {error or type(error).__name__}",
            hint=f"{again if download else fetch}; or say where it is: --set data.root=FOLDER, or GANZOO_DATA",
        ) from error
    images = torch.as_tensor(loaded.data)
    images = images[:, None] if images.ndim == 3 else images.permute(0, 3, 1, 2).contiguous()
    labels = torch.as_tensor(loaded.targets, dtype=torch.int64)
    counts = torch.bincount(labels, minlength=len(class_names)).tolist()
    images = resized(images, height_and_width(image_size))
    spec = DataSpec(
        name=name,
        modality="image",
        size=len(images),
        channels=images.shape[1],
        image_size=image_size,
        num_classes=len(class_names),
        class_names=class_names,
        class_counts=tuple(counts),
    )
    return TensorData(spec, {"x": {"x": images, "y": labels}})


def resized(images: Tensor, size: tuple[int, int], *, batch_size: int = 4096) -> Tensor:
    """uint8 images (N, C, H, W) at another size, bilinearly, with antialiasing where they shrink."""
    if tuple(images.shape[2:]) == size:
        return images
    parts = [
        functional.interpolate(part.float(), size, mode="bilinear", antialias=True, align_corners=False)
        for part in images.split(batch_size)
    ]
    return torch.cat([part.round().clamp(0, 255).to(torch.uint8) for part in parts])

"""A directory, zip or tar of images as a data set."""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path
from typing import Literal

import torch
from torch.utils.data import Dataset

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.data import Data
from ganzoo.data.image_decoding import MODES, UnreadableImage, read_image
from ganzoo.data.image_files import SUFFIXES, ImageSource, open_source
from ganzoo.data.settings import height_and_width, one_of, plain_size
from ganzoo.data.stream_data import StreamData
from ganzoo.data.tensor_data import TensorData
from ganzoo.errors import BrokenImages, ConfigError, DataError

NAMED = 5


def folder(
    *,
    path: str,
    image_size: int | tuple[int, int] = 64,
    channels: Literal[1, 2, 3, 4] | None = None,
    labels: Literal["auto", "directories", "none"] = "auto",
    skip_broken: bool = False,
    horizontal_flip: bool = False,
    resident_megabytes: int = 1024,
    workers: int = 2,
) -> Data:
    """Images of a directory, a .zip or a .tar (also compressed), in the order of their names.

    Each image is turned upright (EXIF), brought to the channels, resized so that it covers the size, and cropped at
    its centre. Archives are read in memory; nothing in them is written anywhere.

    Args:
        path: of the directory or archive.
        image_size: one number for square images, else (height, width).
        channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA; None means 3.
        labels: "directories" takes the first-level sub-directory of each image as its class; "auto" does so where
            every image is in one and there are two or more. A single directory around them all, as archives have,
            is looked through.
        skip_broken: leave out files that cannot be read, and say which.
        horizontal_flip: readers mirror half of the images at random.
        resident_megabytes: a set of at most this size is held as one tensor on the training device; a larger one is
            read as it is needed.
        workers: processes that read a larger set.

    Raises: DataError for a path that holds no images, BrokenImages naming files that cannot be read, ConfigError.
    """
    height, width = height_and_width(image_size)
    channels = 3 if channels is None else channels
    if channels not in MODES:
        raise ConfigError(f"channels={channels}: it is 1, 2, 3 or 4")
    one_of("labels", labels, ("auto", "directories", "none"))
    if resident_megabytes < 0 or workers < 0:
        raise ConfigError(f"resident_megabytes={resident_megabytes}, workers={workers}: neither can be negative")
    source = open_source(Path(path).expanduser())
    names = source.names
    if not names:
        raise DataError(f"{path} holds no images", hint=f"images are files that end in {', '.join(SUFFIXES)}")
    resident = len(names) * channels * height * width <= resident_megabytes * 1_000_000
    images: list[torch.Tensor] = []
    if resident or skip_broken:
        names, images = _read_all(source, names, channels, (height, width), skip_broken, keep=resident)
    directories = _directories(names)
    classes = _classes(names, directories, labels, path)
    number = {name: index for index, name in enumerate(classes)}
    numbers = [number[directory] for directory in directories] if classes else []
    counts = Counter(numbers)
    spec = DataSpec(
        name=Path(path).expanduser().resolve().name.split(".")[0].lower() or "folder",
        modality="image",
        size=len(names),
        channels=channels,
        image_size=plain_size(height, width),
        num_classes=len(classes) or None,
        class_names=tuple(classes) or None,
        class_counts=tuple(counts[i] for i in range(len(classes))) or None,
    )
    data: Data
    if resident:
        fields = {"x": torch.stack(images)} | ({"y": torch.tensor(numbers)} if classes else {})
        data = TensorData(spec, {"x": fields})
    else:
        items = FolderItems(source, names, numbers, channels, (height, width))
        data = StreamData(items, spec=spec, workers=workers)
    data.horizontal_flip = horizontal_flip
    return data


class FolderItems(Dataset[dict[str, torch.Tensor | int]]):
    """Images read one by one: {"x": uint8 (C, H, W)} with "y" if there are labels."""

    def __init__(
        self, source: ImageSource, names: list[str], numbers: list[int], channels: int, size: tuple[int, int]
    ) -> None:
        self.source, self.names, self.numbers, self.channels, self.size = source, names, numbers, channels, size

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor | int]:
        try:
            image = read_image(self.source, self.names[index], self.channels, self.size)
        except UnreadableImage as error:
            raise _broken(self.source, [str(error)]) from error
        return {"x": image, "y": self.numbers[index]} if self.numbers else {"x": image}


def _read_all(
    source: ImageSource, names: list[str], channels: int, size: tuple[int, int], skip_broken: bool, *, keep: bool
) -> tuple[list[str], list[torch.Tensor]]:
    """The names of the images that can be read, and (if they are to be kept) the images."""
    whole, images, broken = [], [], []
    for name in names:
        try:
            image = read_image(source, name, channels, size)
        except UnreadableImage as error:
            broken.append(str(error))
            continue
        whole.append(name)
        if keep:
            images.append(image)
    if broken and not skip_broken:
        raise _broken(source, broken)
    if not whole:
        raise DataError(f"{source.path}: none of the {len(names)} images can be read: {'; '.join(broken[:NAMED])}")
    if broken:
        warnings.warn(f"{source.path}: {_listed(broken)} left out", UserWarning, stacklevel=4)
    return whole, images


def _broken(source: ImageSource, broken: list[str]) -> BrokenImages:
    return BrokenImages(
        f"{source.path}: {_listed(broken)} cannot be read",
        hint="remove them, or leave them out: --set data.skip_broken=true",
    )


def _listed(broken: list[str]) -> str:
    more = f" and {len(broken) - NAMED} more" if len(broken) > NAMED else ""
    return f"{len(broken)} image(s) ({'; '.join(broken[:NAMED])}{more})"


def _directories(names: list[str]) -> list[str]:
    """The first-level directory of each image, below a single one that holds them all; "" where there is none."""
    parts = [[part for part in name.split("/")[:-1] if part not in ("", ".", "..")] for name in names]
    while min(map(len, parts)) >= 2 and len({path[0] for path in parts}) == 1:
        parts = [path[1:] for path in parts]
    return [path[0] if path else "" for path in parts]


def _classes(names: list[str], directories: list[str], labels: str, path: str) -> list[str]:
    """The class names, sorted; none if the images have no labels."""
    loose = [name for name, directory in zip(names, directories, strict=True) if not directory]
    classes = sorted(set(directories))
    if labels == "directories" and loose:
        raise DataError(
            f"{path}: {len(loose)} images, such as {loose[0]!r}, are in no sub-directory, so they have no label",
            hint="move them into one, or use --set data.labels=none",
        )
    return [] if labels == "none" or loose or (labels == "auto" and len(classes) < 2) else classes

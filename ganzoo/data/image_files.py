"""Reading image files from directories and archives, whatever state they are in."""

from __future__ import annotations

import io
import tarfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from ganzoo.errors import DataError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
LARGEST_FILE = 512_000_000


class UnreadableImage(Exception):
    """A file is no image that can be read; the message names it and the cause."""


class ImageSource:
    """Image files by name, sorted; subclasses know where the bytes are."""

    def __init__(self, path: Path, names: list[str]) -> None:
        self.path = path
        self.names = sorted(name for name in names if name.lower().endswith(SUFFIXES) and not _hidden(name))

    def read(self, name: str) -> bytes:
        raise NotImplementedError


class Directory(ImageSource):
    """Files below a directory; links that lead nowhere are unreadable images."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, [file.relative_to(path).as_posix() for file in path.rglob("*") if not file.is_dir()])

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()


class Zip(ImageSource):
    """Members of a zip file, by the names in it; they are only ever read into memory."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.sizes = {info.filename: info.file_size for info in archive.infolist() if not info.is_dir()}
        super().__init__(path, list(self.sizes))

    def read(self, name: str) -> bytes:
        if self.sizes[name] > LARGEST_FILE:
            raise OSError(f"{self.sizes[name]} bytes when unpacked, more than any image")
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(name)


class Tar(ImageSource):
    """Regular files of a tar, compressed or not; read once into memory, since a tar cannot be searched quickly."""

    def __init__(self, path: Path) -> None:
        self.contents: dict[str, bytes] = {}
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile() and member.name.lower().endswith(SUFFIXES) and member.size <= LARGEST_FILE:
                    file = archive.extractfile(member)
                    if file is not None:
                        self.contents[member.name.removeprefix("./")] = file.read()
        super().__init__(path, list(self.contents))

    def read(self, name: str) -> bytes:
        return self.contents[name]


def open_source(path: Path) -> ImageSource:
    """What a path holds. Raises: DataError for what is neither directory, zip nor tar."""
    hint = "give a directory, a .zip or a .tar of images"
    try:
        if path.is_dir():
            return Directory(path)
        if not path.exists():
            raise DataError(f"{path} does not exist", hint=hint)
        if zipfile.is_zipfile(path):
            return Zip(path)
        if tarfile.is_tarfile(path):
            return Tar(path)
    except (OSError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise DataError(f"{path} cannot be read: {error}", hint=hint) from error
    raise DataError(f"{path} is neither a directory nor a zip or tar file", hint=hint)


def read_image(source: ImageSource, name: str, channels: int, size: tuple[int, int]) -> Tensor:
    """One image as uint8 (channels, H, W), covering the size and cropped at its centre. Raises: UnreadableImage."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(source.read(name))) as file:
                upright = ImageOps.exif_transpose(file)
                converted = as_mode(upright, MODES[channels])
                fitted = ImageOps.fit(converted, (size[1], size[0]), method=Image.Resampling.BICUBIC)
    except UnidentifiedImageError as error:
        raise UnreadableImage(f"{name}: no image that can be recognised") from error
    except (
        OSError,
        ValueError,
        SyntaxError,
        KeyError,
        EOFError,
        zipfile.BadZipFile,
        Image.DecompressionBombError,
    ) as error:
        raise UnreadableImage(f"{name}: {error}") from error
    except (Image.DecompressionBombWarning, MemoryError) as error:
        raise UnreadableImage(f"{name}: too large an image ({error})") from error
    array = np.asarray(fitted)
    return torch.from_numpy(array.copy()).view(size[0], size[1], channels).permute(2, 0, 1).contiguous()


def as_mode(image: Image.Image, mode: str) -> Image.Image:
    """The image in another mode: 16-bit grey is scaled, and palettes keep their transparency where it is wanted."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        values = np.asarray(image, dtype=np.float64)
        top = 65535.0 if image.mode.startswith("I") else max(float(values.max(initial=0.0)), 1.0)
        image = Image.fromarray((values / top * 255).clip(0, 255).round().astype(np.uint8))
    if image.mode == "P" and "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in ("RGBA", "LA") and mode in ("RGB", "L"):
        # What is transparent has no colour of its own: put it on white, as viewers do.
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image.convert("RGBA"))
    return image.convert(mode)


def _hidden(name: str) -> bool:
    """Files that operating systems leave beside images."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))

"""From the bytes of an image file, in whatever mode and state, to one uint8 tensor of a given size."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from ganzoo.data.image_files import ImageSource, SingleFile
from ganzoo.errors import DataError

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N", "I")


class UnreadableImage(Exception):
    """A file is no image that can be read; the message names it and the cause."""


def read_image(source: ImageSource, name: str, channels: int, size: tuple[int, int]) -> Tensor:
    """One image as uint8 (channels, H, W): upright, covering the size (H, W), cropped at its centre.

    Raises: UnreadableImage, whatever is wrong: the file, its format, or more pixels than PIL trusts.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(source.read(name)), formats=FORMATS) as file:
                converted = as_mode(ImageOps.exif_transpose(file), MODES[channels])
                fitted = ImageOps.fit(converted, (size[1], size[0]), method=Image.Resampling.BICUBIC)
    except UnidentifiedImageError as error:
        raise UnreadableImage(f"{name}: no image that can be recognised") from error
    except Exception as error:  # decoders raise nearly anything for a damaged file
        raise UnreadableImage(f"{name}: {error or type(error).__name__}") from error
    array = np.asarray(fitted).reshape(size[0], size[1], channels)
    return torch.from_numpy(array.copy()).permute(2, 0, 1).contiguous()


def load_image(path: Path, channels: int, size: tuple[int, int]) -> Tensor:
    """One image file as float32 (channels, H, W) in [-1, 1], cropped to the size (H, W). Raises: DataError."""
    try:
        return read_image(SingleFile(path), path.name, channels, size).float() / 127.5 - 1
    except UnreadableImage as error:
        raise DataError(f"{path.parent}: {error}", hint="give a PNG, JPEG or another usual image file") from error


def as_mode(image: Image.Image, mode: str) -> Image.Image:
    """The image as "L", "LA", "RGB" or "RGBA".

    16 bits are scaled to 8. What is transparent lies on white where there is no alpha, as viewers show it.
    Raises: ValueError for pixels whose range is unknown.
    """
    if image.mode in SIXTEEN_BITS:
        values = np.asarray(image).astype(np.int64)
        if values.min(initial=0) < 0 or values.max(initial=0) > 65535:
            raise ValueError("its integers do not fit in 16 bits, so that white is unknown")
        image = Image.fromarray(np.rint(values / 257).astype(np.uint8))
    elif image.mode == "F":
        raise ValueError("its pixels are floating-point numbers, whose white is unknown")
    if image.mode not in ("1", "L", "LA", "RGB", "RGBA"):
        transparent = image.mode in ("PA", "La", "RGBa") or (image.mode == "P" and "transparency" in image.info)
        image = image.convert("RGBA" if transparent else "RGB")
    if image.mode in ("RGBA", "LA") and mode in ("RGB", "L"):
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    return image.convert(mode)

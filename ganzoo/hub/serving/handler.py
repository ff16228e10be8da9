"""Serves this repository's model on Inference Endpoints. The file is the same in every repository of ganzoo.

A request is {"inputs": ..., "parameters": {...}} with the parameters n, seed, labels, truncation and direction. Models
that translate take an image as inputs: a PIL image, or base64 of an image file. The answer is one image for n = 1, a
list of images for more, and lists of numbers for points. What is wrong with a request is said in {"error": ...}.
"""

from __future__ import annotations

import base64
import binascii
import io
from typing import Any

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError

import ganzoo
from ganzoo.errors import GanzooError

MOST = 64
MOST_PIXELS = 4096 * 4096
MOST_BYTES = 32 * 2**20


class BadRequest(ValueError):
    """What is wrong with a request."""


class EndpointHandler:
    """One model, on the GPU if there is one. path: the local copy of the repository."""

    def __init__(self, path: str = "") -> None:
        from pathlib import Path

        device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = ganzoo.load(Path(path or "."), device=device)

    def __call__(self, data: dict[str, Any]) -> Any:
        try:
            return self.answer(data)
        except (BadRequest, GanzooError) as error:
            return {"error": str(error)}

    def answer(self, data: dict[str, Any]) -> Any:
        """Samples for a request. Raises: BadRequest, GanzooError."""
        if not isinstance(data, dict):
            raise BadRequest('a request is {"inputs": ..., "parameters": {...}}')
        given = data.get("parameters")
        inputs = data.get("inputs", data.get("instances"))
        given = {**(inputs if isinstance(inputs, dict) else {}), **(given if isinstance(given, dict) else {})}
        known = {"n", "seed", "labels", "truncation", "direction"}
        if unknown := [str(name)[:40] for name in given if name not in known]:
            raise BadRequest(f"unknown parameters: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        n = whole(given, "n", 1, 1, MOST)
        settings: dict[str, Any] = {"seed": whole(given, "seed", None, 0, 2**62)}
        if given.get("labels") is not None:
            settings["labels"] = labels_of(given["labels"], n)
        if given.get("truncation") is not None:
            settings["truncation"] = number(given["truncation"])
        if self.model.translates:
            settings["source"] = self.source_of(inputs).to(self.model.device)
            settings["direction"] = given.get("direction")
            n = 1
        with torch.inference_mode():
            samples = self.model.sample(n, **{k: v for k, v in settings.items() if v is not None}).float().cpu()
        return pictures_of(samples) if samples.ndim == 4 else samples.tolist()

    def source_of(self, inputs: Any) -> torch.Tensor:
        """The image of a request as (1, C, H, W) in [-1, 1], in the size and colours of the model's data."""
        image = inputs if isinstance(inputs, Image.Image) else decoded(inputs)
        spec = self.model.data
        size = spec.image_size if spec is not None else None
        if size is not None:
            height, width = (size, size) if isinstance(size, int) else size
            image = image.resize((width, height), Image.Resampling.BICUBIC)
        mode = {1: "L", 4: "RGBA"}.get((spec.source_channels or spec.channels or 3) if spec is not None else 3, "RGB")
        pixels = torch.from_numpy(np.array(image.convert(mode), dtype=np.float32)) / 127.5 - 1
        return (pixels[None] if pixels.ndim == 2 else pixels.permute(2, 0, 1))[None]


def whole(given: dict[str, Any], name: str, default: int | None, least: int, most: int) -> Any:
    """A whole number of the request within its bounds."""
    value = given.get(name, default)
    if value is None:
        return None
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:  # query parameters are text
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadRequest(f"{name} must be a whole number from {least} to {most}, not {str(value)[:40]!r}")
    return value


def number(value: Any) -> float:
    """A finite number of the request."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        found = float("nan")
    if isinstance(value, bool) or not abs(found) < 1e6:
        raise BadRequest(f"truncation must be a number, not {str(value)[:40]!r}")
    return found


def labels_of(value: Any, n: int) -> Any:
    """One label, or n of them."""
    values = value if isinstance(value, list) else [value]
    checked = [whole({"labels": label}, "labels", 0, 0, 2**31) for label in values[: MOST + 1]]
    if isinstance(value, list) and len(value) != n:
        raise BadRequest(f"{len(value)} labels for n={n}: give one, or n of them")
    return checked if isinstance(value, list) else checked[0]


def decoded(inputs: Any) -> Image.Image:
    """An image file in base64, as an image. Raises BadRequest for what is none, or is too large."""
    if isinstance(inputs, dict):
        inputs = inputs.get("image")
    if not isinstance(inputs, str) or len(inputs) > MOST_BYTES:
        raise BadRequest("this model translates: inputs must be an image (base64 of a PNG or JPEG file, or image/*)")
    try:
        image = Image.open(io.BytesIO(base64.b64decode(inputs, validate=True)))
        if image.width * image.height > MOST_PIXELS:
            raise BadRequest(f"the image has {image.width} x {image.height} pixels; {MOST_PIXELS} are the most")
        image.load()
    except (binascii.Error, UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        if isinstance(error, BadRequest):
            raise
        raise BadRequest(f"inputs hold no image that can be read: {str(error)[:200]}") from error
    return image


def pictures_of(samples: torch.Tensor) -> Any:
    """Images (n, C, H, W) in [-1, 1] as PIL images: one, or a list."""
    pixels = ((samples.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    images = [Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image) for image in pixels]
    return images[0] if len(images) == 1 else images

"""Serves this repository's model on Inference Endpoints. The file is the same in every repository of ganzoo.

A request is {"inputs": ..., "parameters": {...}}. The parameters are n (samples), seed, labels (one, or n of them),
truncation, and direction for models that translate both ways. Models that translate take an image as inputs, or as
inputs["image"]: a PIL image, or an image file in base64; it is cropped to the shape of the model's images. Others take
nothing, {} or "". The answer is one image for n = 1, a list of images for more, and lists of numbers for points and
tokens. What is wrong with a request is said in a ValueError, which the service answers with 400 and {"error": ...}.
"""

from __future__ import annotations

import base64
import inspect
import io
import math
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps

import ganzoo
from ganzoo.data.image_decoding import FORMATS, MODES, as_mode
from ganzoo.errors import GanzooError

MOST_SAMPLES = 64
MOST_PIXELS = 4096 * 4096
MOST_CHARACTERS = 32 * 2**20
NAMES = ("n", "seed", "labels", "truncation", "direction")


class BadRequest(ValueError):
    """What is wrong with a request."""


class EndpointHandler:
    """One model, on the GPU if there is one. path: the local copy of the repository, the only thing that is read."""

    def __init__(self, path: str = "") -> None:
        device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = ganzoo.load(Path(path or "."), device=device)
        self.one_at_a_time = threading.Lock()  # sampling seeds the global generator

    def __call__(self, data: dict[str, Any]) -> Any:
        """Samples for a request. Raises: BadRequest, a ValueError."""
        try:
            with self.one_at_a_time:
                samples = self.sample(data).cpu()
        except GanzooError as error:
            raise BadRequest(error.message) from error
        return pictures_of(samples.float()) if samples.ndim == 4 else samples.tolist()

    def sample(self, data: Any) -> torch.Tensor:
        if not isinstance(data, dict):
            raise BadRequest('a request is {"inputs": ..., "parameters": {...}}')
        inputs, given = parameters_of(data)
        settings: dict[str, Any] = {"seed": whole(given, "seed", None, 0, 2**62)}
        n = whole(given, "n", len(labels) if isinstance(labels := given.get("labels"), list) else 1, 1, MOST_SAMPLES)
        if labels is not None:
            settings["labels"] = labels_of(labels, n)
        if given.get("truncation") is not None:
            settings["truncation"] = number(given["truncation"])
        if given.get("direction") is not None:
            if "direction" not in inspect.signature(self.model.sample).parameters:
                raise BadRequest("this model has no direction to choose")
            settings["direction"] = str(given["direction"])[:40]
        if self.model.translates:
            if n != 1:
                raise BadRequest(f"this model translates one image per request: n must be 1, not {n}")
            settings["source"] = self.source_of(inputs)
        elif inputs not in (None, "", {}, []):
            raise BadRequest("this model makes samples from nothing: inputs must be empty")
        return self.model.sample(n, **{name: value for name, value in settings.items() if value is not None})

    def source_of(self, inputs: Any) -> torch.Tensor:
        """The image of a request as (1, C, H, W) in [-1, 1], in the size and colours of the model's data."""
        image = inputs if isinstance(inputs, Image.Image) else decoded(inputs)
        if image.width * image.height > MOST_PIXELS:
            raise BadRequest(f"the image has {image.width} x {image.height} pixels; {MOST_PIXELS:,} are the most")
        spec = {**self.model.config, **(self.model.data.to_json() if self.model.data is not None else {})}
        size = spec.get("image_size")
        height, width = (size, size) if isinstance(size, int) else size or (image.height, image.width)
        mode = MODES.get(channels := spec.get("source_channels") or spec.get("channels") or 3)
        if mode is None:
            raise BadRequest(f"this model translates images of {channels} channels, which no image file has")
        try:
            fitted = ImageOps.fit(
                as_mode(ImageOps.exif_transpose(image), mode), (width, height), Image.Resampling.BICUBIC
            )
        except Exception as error:  # decoders raise nearly anything for a damaged file
            raise BadRequest(f"the image cannot be read: {str(error)[:200]}") from error
        pixels = np.asarray(fitted, dtype=np.float32).reshape(height, width, -1)
        return torch.from_numpy(pixels / 127.5 - 1).permute(2, 0, 1)[None]


def parameters_of(data: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """What is to be translated, and the parameters, which may stand in a dict of inputs too."""
    inputs, given = data.get("inputs", data.get("instances")), data.get("parameters")
    if not isinstance(given, dict | None):
        raise BadRequest('parameters must be {"name": value}')
    given = dict(given or {})
    if isinstance(inputs, dict):
        beside, inputs = inputs, inputs.get("image")
        if twice := sorted(str(name)[:40] for name in beside if name in given):
            raise BadRequest(f"in inputs and in parameters: {', '.join(twice[:8])}")
        given |= {name: value for name, value in beside.items() if name != "image"}
    if unknown := sorted(str(name)[:40] for name in given if name not in NAMES):
        raise BadRequest(f"unknown: {', '.join(unknown[:8])}; the parameters are {', '.join(NAMES)}")
    return inputs, given


def whole(given: dict[str, Any], name: str, default: int | None, least: int, most: int) -> Any:
    """A whole number of the request within its bounds."""
    value = given.get(name)
    value = default if value is None else value
    if value is None:
        return None
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:  # query parameters are text
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadRequest(f"{name} must be a whole number from {least} to {most}, not {shown(value)}")
    return value


def number(value: Any) -> float:
    """A finite number of the request."""
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not abs(found) < 1e6:
        raise BadRequest(f"truncation must be a number, not {shown(value)}")
    return found


def labels_of(value: Any, n: int) -> Any:
    """One label, or n of them."""
    values = value if isinstance(value, list) else [value]
    if isinstance(value, list) and len(value) != n:
        raise BadRequest(f"{len(value)} labels for n={n}: give one, or n of them")
    if any(label is None for label in values):
        raise BadRequest("a label is null")
    checked = [whole({"labels": label}, "labels", None, 0, 2**31) for label in values]
    return checked if isinstance(value, list) else checked[0]


def shown(value: Any) -> str:
    """The start of a value, for a message; a number of a million digits is not written out first."""
    return "a huge number" if isinstance(value, int) and abs(value) > 2**200 else repr(str(value)[:40])


def decoded(inputs: Any) -> Image.Image:
    """An image file in base64, opened but not yet decoded."""
    if not isinstance(inputs, str) or not inputs:
        raise BadRequest("this model translates: inputs must be an image (a PNG or JPEG file in base64, or image/*)")
    if len(inputs) > MOST_CHARACTERS:
        raise BadRequest(f"the image has {len(inputs):,} characters; {MOST_CHARACTERS:,} are the most")
    text = inputs.partition(",")[2] if inputs.startswith("data:image/") else inputs
    try:
        file = io.BytesIO(base64.b64decode("".join(text.split()), validate=True))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            return Image.open(file, formats=FORMATS)
    except Exception as error:
        raise BadRequest(f"inputs hold no image that can be read: {str(error)[:200]}") from error


def pictures_of(samples: torch.Tensor) -> Any:
    """Images (n, C, H, W) in [-1, 1] as PIL images: one, or a list."""
    pixels = ((samples.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()
    images = [Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image) for image in pixels]
    return images[0] if len(images) == 1 else images

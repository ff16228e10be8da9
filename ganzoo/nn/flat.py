"""Fully connected networks for data of any shape: points stay points, images are flattened and put together again."""

from __future__ import annotations

import math

from torch import Tensor

from ganzoo.errors import ConfigError


def item_shape(features: int | None, channels: int | None, image_size: int | tuple[int, int] | None) -> tuple[int, ...]:
    """(features,) for points, (C, H, W) for images; 2 features if nothing is said. Raises: ConfigError."""
    if (channels is None) != (image_size is None) or (features is not None and channels is not None):
        raise ConfigError("give either features, for points, or both channels and image_size, for images")
    if channels is None or image_size is None:
        shape: tuple[int, ...] = (2 if features is None else features,)
    else:
        shape = (channels, *((image_size, image_size) if isinstance(image_size, int) else image_size))
    if min(shape) < 1:
        raise ConfigError(f"items of shape {shape} hold nothing")
    return shape


def items(outputs: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Outputs (N, numbers) as items (N, *shape): images through a tanh, points as they are."""
    shaped = outputs.reshape(-1, *shape)
    return shaped.tanh() if len(shape) == 3 else shaped


def numbers(shape: tuple[int, ...]) -> int:
    """How many numbers an item holds."""
    return math.prod(shape)

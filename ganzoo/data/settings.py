"""Checks of settings that several data sets have in common."""

from __future__ import annotations

from ganzoo.errors import ConfigError


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raises ConfigError unless the value is one of those allowed."""
    if value not in allowed:
        raise ConfigError(f"{name}={value!r}: it is one of {', '.join(allowed)}")


def height_and_width(image_size: int | tuple[int, int]) -> tuple[int, int]:
    """(height, width) of an image size. Raises ConfigError unless both are at least 1."""
    height, width = (image_size, image_size) if isinstance(image_size, int) else image_size
    if height < 1 or width < 1:
        raise ConfigError(f"image_size={image_size}: at least 1 pixel is needed")
    return height, width


def plain_size(height: int, width: int) -> int | tuple[int, int]:
    """The size as a spec has it: one number if the images are square."""
    return height if height == width else (height, width)

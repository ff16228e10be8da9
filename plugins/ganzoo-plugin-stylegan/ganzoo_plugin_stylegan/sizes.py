"""From which size an image grows to which, and how many channels each size has."""

from __future__ import annotations

from collections.abc import Sequence

from ganzoo.errors import ConfigError

SMALLEST = 4


def sizes_to(image_size: int | tuple[int, int]) -> list[int]:
    """The sides of the stages of a square image, each twice the one before: 32 -> [4, 8, 16, 32].

    Raises: ConfigError unless the side is 4 to 7 times a power of two.
    """
    size = image_size if isinstance(image_size, int) else image_size[0]
    stages = max((size // SMALLEST).bit_length() - 1, 0)
    if size < SMALLEST or size % 2**stages or image_size not in (size, (size, size)):
        raise ConfigError(
            f"image_size={image_size}: the image is square and 4 to 7 pixels times a power of two",
            hint=f"for example {max(size // 2**stages, SMALLEST) * 2**stages}",
        )
    return [size >> stage for stage in reversed(range(stages + 1))]


def widths_of(sizes: Sequence[int], base: int, most: int, widths: Sequence[int] | None) -> list[int]:
    """Channels at each size: base / size, at most `most`; or the widths that are given. Raises: ConfigError."""
    if widths is None:
        if base < sizes[-1] or most < 1:
            raise ConfigError(f"channel_base={base}, channel_max={most}: images of {sizes[-1]} pixels need 1 channel")
        return [min(base // size, most) for size in sizes]
    if len(widths) != len(sizes) or min(widths) < 1:
        raise ConfigError(f"widths={tuple(widths)}: one of 1 or more is needed for each of the sizes {sizes}")
    return list(widths)

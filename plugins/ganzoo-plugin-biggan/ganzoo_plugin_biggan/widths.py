"""How wide and deep the paper's networks are at each size (arXiv:1809.11096, appendix B)."""

from __future__ import annotations

from ganzoo.errors import ConfigError

SMALLEST = 4
# Multiples of the width at 4 pixels, and after each doubling up to 64, 128, 256 and 512; the critic has them reversed.
PAPER = {4: (16, 16, 8, 4, 2), 5: (16, 16, 8, 4, 2, 1), 6: (16, 16, 8, 8, 4, 2, 1), 7: (16, 16, 8, 8, 4, 2, 1, 1)}
SMALL = 4  # everywhere, for images below 64 pixels


def doublings(size: tuple[int, int]) -> int:
    """How often an image can be halved before a side falls below 4 pixels. Raises: ConfigError below 8."""
    if min(size) < 2 * SMALLEST:
        raise ConfigError(f"image_size={size[0]}x{size[1]} is too small: BigGAN needs 8 pixels or more")
    return (min(size) // SMALLEST).bit_length() - 1


def multiples(stages: int) -> tuple[int, ...]:
    """The generator's multiples of its width for so many doublings: stages + 1 numbers."""
    if stages < min(PAPER):
        return (SMALL,) * (stages + 1)
    return PAPER[min(stages, max(PAPER))] + (1,) * max(0, stages - max(PAPER))


def check_multiples(name: str, chosen: tuple[int, ...]) -> None:
    """Raises: ConfigError unless there are two or more, each at least 1."""
    if len(chosen) < 2 or min(chosen) < 1:
        raise ConfigError(f"{name}={chosen}: two or more numbers are needed, each 1 or more")


def check_places(name: str, places: tuple[int, ...], blocks: int) -> None:
    """Raises: ConfigError unless self-attention is asked for after 0 to `blocks` blocks, at each place once."""
    if len(set(places)) != len(places) or any(not 0 <= place <= blocks for place in places):
        raise ConfigError(f"{name}={places}: there are {blocks} blocks, so places are 0 to {blocks}, each once")


def check_counts(**counts: int | None) -> None:
    """Raises: ConfigError naming those that are below 1."""
    if low := [f"{name}={count}" for name, count in counts.items() if count is not None and count < 1]:
        raise ConfigError(f"{', '.join(low)}: at least 1 is needed")

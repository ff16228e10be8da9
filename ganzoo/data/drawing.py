"""Draws many anti-aliased shapes at once, from the attributes of each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ganzoo.data.points import item_rng

SHAPES = ("circle", "square", "triangle", "cross")
COLOURS = ("red", "green", "blue", "yellow", "magenta", "cyan")
SIZES = ("small", "medium", "large", "huge")
RGB = np.array(
    [[230, 40, 40], [40, 200, 60], [50, 80, 240], [235, 215, 50], [220, 60, 220], [50, 215, 220]], np.float32
)
RADII = np.array([0.20, 0.25, 0.30, 0.36], np.float32)
DARK = np.array([25, 25, 30], np.float32)
LIGHT = np.array([225, 225, 220], np.float32)
LARGEST_ANGLE = np.pi / 6
CHUNK = 1 << 20


@dataclass(frozen=True)
class Drawings:
    """What is to be seen, one row per image.

    Args:
        shape, colour, size: indices (N,) into SHAPES, COLOURS, SIZES.
        x, y: centre (N,) as shares of the width and height, from the upper left.
        angle: of rotation (N,) in radians.
    """

    shape: np.ndarray
    colour: np.ndarray
    size: np.ndarray
    x: np.ndarray
    y: np.ndarray
    angle: np.ndarray

    def coloured(self, colour: str) -> Drawings:
        """The same drawings, all in one colour."""
        return replace(self, colour=np.full_like(self.colour, COLOURS.index(colour)))


def draw_attributes(size: int, seed: int, *names: int) -> Drawings:
    """Attributes of `size` items, independent and uniform; every shape lies inside its image."""
    u = item_rng(seed, *names).random((size, 6))
    radius_bin = (u[:, 2] * len(SIZES)).astype(np.int64)
    radius = RADII[radius_bin]
    return Drawings(
        shape=(u[:, 0] * len(SHAPES)).astype(np.int64),
        colour=(u[:, 1] * len(COLOURS)).astype(np.int64),
        size=radius_bin,
        x=(radius + (1 - 2 * radius) * u[:, 3]).astype(np.float32),
        y=(radius + (1 - 2 * radius) * u[:, 4]).astype(np.float32),
        angle=((2 * u[:, 5] - 1) * LARGEST_ANGLE).astype(np.float32),
    )


def render(drawings: Drawings, image_size: int, background: np.ndarray = DARK) -> np.ndarray:
    """RGB images (N, 3, image_size, image_size) uint8 on a plain background."""
    n = len(drawings.shape)
    images = np.empty((n, 3, image_size, image_size), np.uint8)
    step = max(1, CHUNK // image_size**2)
    for start in range(0, n, step):
        rows = slice(start, start + step)
        cover = coverage(drawings, rows, image_size)[:, None]
        colour = RGB[drawings.colour[rows]][:, :, None, None]
        images[rows] = np.rint(background[:, None, None] * (1 - cover) + colour * cover)
    return images


def coverage(drawings: Drawings, rows: slice, image_size: int) -> np.ndarray:
    """The share of each pixel that the shape covers, (n, image_size, image_size) in [0, 1].

    A pixel is half covered where the outline passes through its centre.
    """
    return np.clip(0.5 - signed_distances(drawings, rows, image_size), 0, 1)


def outlines(drawings: Drawings, rows: slice, image_size: int) -> np.ndarray:
    """How much of each pixel a line one pixel wide along the outline covers, (n, image_size, image_size) in [0, 1]."""
    return np.clip(1 - np.abs(signed_distances(drawings, rows, image_size)), 0, 1)


def signed_distances(drawings: Drawings, rows: slice, image_size: int) -> np.ndarray:
    """Pixels from each pixel's centre to the outline, (n, image_size, image_size); negative inside the shape."""
    centres = (np.arange(image_size, dtype=np.float32) + 0.5) / image_size
    dx = centres[None, None, :] - drawings.x[rows, None, None]
    dy = centres[None, :, None] - drawings.y[rows, None, None]
    cos, sin = np.cos(drawings.angle[rows, None, None]), np.sin(drawings.angle[rows, None, None])
    u, v = dx * cos + dy * sin, dy * cos - dx * sin
    distance = np.empty_like(u)
    radius = RADII[drawings.size[rows]][:, None, None]
    for index, signed_distance in enumerate((circle, square, triangle, cross)):
        chosen = drawings.shape[rows] == index
        distance[chosen] = signed_distance(u[chosen], v[chosen], radius[chosen])
    return distance * image_size


def circle(u: np.ndarray, v: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Signed distance to a circle whose area is between those of the square and the triangle."""
    return np.hypot(u, v) - 0.85 * radius


def square(u: np.ndarray, v: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Signed distance to the square whose corners are `radius` away."""
    return np.maximum(np.abs(u), np.abs(v)) - radius * np.float32(0.5**0.5)


def triangle(u: np.ndarray, v: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Signed distance to the upright triangle with equal sides whose corners are `radius` away."""
    return np.maximum(v, np.float32(0.75**0.5) * np.abs(u) - v / 2) - radius / 2


def cross(u: np.ndarray, v: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Signed distance to a plus sign with arms of length 0.95 `radius` and a quarter of that to either side."""
    long, short = np.maximum(np.abs(u), np.abs(v)), np.minimum(np.abs(u), np.abs(v))
    return np.maximum(long - 0.95 * radius, short - 0.25 * radius)

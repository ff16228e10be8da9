"""ADA's chain of changes, each drawn per image with its own chance (arXiv:2006.06676, appendix B)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ganzoo.nn.augmentation import colour, geometry
from ganzoo.nn.augmentation.blit import blit
from ganzoo.nn.augmentation.cutout import cutout

OCTAVE = math.log(2)


class Draws:
    """Random numbers for n images, of one type, on one device, from one stream.

    Each method draws as many numbers whatever the chance is, so that a change of it shifts no stream.
    """

    def __init__(self, x: Tensor, rng: torch.Generator) -> None:
        self.n, self.dtype, self.device, self.rng = len(x), x.dtype, x.device, rng

    def uniform(self, low: float = 0.0, high: float = 1.0) -> Tensor:
        return low + (high - low) * torch.rand(self.n, generator=self.rng, device=self.device, dtype=self.dtype)

    def normal(self, std: float) -> Tensor:
        return std * torch.randn(self.n, generator=self.rng, device=self.device, dtype=self.dtype)

    def happens(self, chance: Tensor) -> Tensor:
        """(n,) bool; never at chance 0, always at 1."""
        return torch.rand(self.n, generator=self.rng, device=self.device) < chance

    def sometimes(self, chance: Tensor, value: Tensor, otherwise: float = 0.0) -> Tensor:
        """`value` where it happens, else `otherwise`."""
        return torch.where(self.happens(chance), value, otherwise)


def pixel_blitting(x: Tensor, chance: Tensor, rng: torch.Generator) -> Tensor:
    """Flip, quarter turns (half turns where images are not square), whole shifts up to 1/8 of a side."""
    draws = Draws(x, rng)
    height, width = x.shape[-2:]
    flip = draws.sometimes(chance, draws.uniform(0, 2).floor())
    turns = draws.uniform(0, 4).floor()
    turns = draws.sometimes(chance, turns if height == width else 2 * (turns / 2).floor())
    down = draws.uniform(-0.125, 0.125), draws.uniform(-0.125, 0.125)
    shifts = torch.stack([(u * side).round() for u, side in zip(down, (height, width), strict=True)], 1)
    shifts = torch.where(draws.happens(chance)[:, None], shifts, 0.0)
    return blit(x, flip.long(), turns.long(), shifts.long())


def general_geometry(x: Tensor, chance: Tensor, rng: torch.Generator) -> Tensor:
    """Scale, turn, stretch, turn again, shift by fractions of a pixel."""
    draws = Draws(x, rng)
    height, width = x.shape[-2:]
    scale = draws.sometimes(chance, draws.normal(0.2 * OCTAVE).exp(), 1.0)
    back = geometry.scaling(scale, scale)
    # Two turns, each with such a chance that one of them happens with the chance that was asked for.
    chance_of_turn = 1 - (1 - chance).sqrt()
    back = back @ geometry.rotation(draws.sometimes(chance_of_turn, draws.uniform(-math.pi, math.pi)))
    stretch = draws.sometimes(chance, draws.normal(0.2 * OCTAVE).exp(), 1.0)
    back = back @ geometry.scaling(stretch, 1 / stretch)
    back = back @ geometry.rotation(draws.sometimes(chance_of_turn, draws.uniform(-math.pi, math.pi)))
    right, down = draws.normal(0.125 * width), draws.normal(0.125 * height)
    moved = draws.happens(chance)
    return geometry.warp(x, back @ geometry.translation(torch.where(moved, right, 0.0), torch.where(moved, down, 0.0)))


def colours(x: Tensor, chance: Tensor, rng: torch.Generator) -> Tensor:
    """Brightness, contrast, luma flip, hue, saturation; grey images have no use for the last two."""
    draws = Draws(x, rng)
    matrix = colour.brightness(draws.sometimes(chance, draws.normal(0.2)))
    matrix = colour.contrast(draws.sometimes(chance, draws.normal(0.5 * OCTAVE).exp(), 1.0)) @ matrix
    matrix = colour.luma_flip(draws.sometimes(chance, draws.uniform(0, 2).floor())) @ matrix
    angle, purity = draws.uniform(-math.pi, math.pi), draws.normal(OCTAVE).exp()
    matrix = colour.hue(draws.sometimes(chance, angle)) @ matrix
    matrix = colour.saturation(draws.sometimes(chance, purity, 1.0)) @ matrix
    return colour.recolour(x, matrix)


def corruption_by_cutout(x: Tensor, chance: Tensor, rng: torch.Generator) -> Tensor:
    """A square of half the side becomes 0."""
    draws = Draws(x, rng)
    return cutout(x, torch.stack([draws.uniform(), draws.uniform()], 1), draws.happens(chance))


def corruption_by_noise(x: Tensor, chance: Tensor, rng: torch.Generator) -> Tensor:
    """Gaussian noise, whose standard deviation is itself the absolute value of a draw of N(0, 0.1^2)."""
    draws = Draws(x, rng)
    std = draws.sometimes(chance, draws.normal(0.1).abs())[:, None, None, None]
    noise = torch.randn(x.shape, generator=rng, device=x.device, dtype=x.dtype)
    return torch.where(std > 0, x + std * noise, x)


STAGES = {
    "blit": pixel_blitting,
    "geometry": general_geometry,
    "colour": colours,
    "cutout": corruption_by_cutout,
    "noise": corruption_by_noise,
}

"""Does the image move with the input, whatever the pixels?"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

import ganzoo
from ganzoo.checks.check import CONTROL, IDEA, Check, Criterion

IMAGE_SIZE, LATENTS = 32, 16
SHIFTS = (1, 2, 3, 5, 7)  # pixels
EDGE = 8  # pixels that may have come from outside


def equivariance(arm: str, seed: int) -> dict[str, float]:
    """Mean squared difference of images of shifted inputs from shifted images, over the squared range of values.

    The paper's EQ-T (arXiv:2106.12423, section E.3) is -10 log10 of it.
    """
    gan: Any = ganzoo.create(
        "stylegan.stylegan3", channels=3, image_size=IMAGE_SIZE, seed=seed, activation_rate=2 if arm == IDEA else 1
    )
    latent = gan.draw(LATENTS, seed)
    settle(gan, latent)
    still, errors = images(gan, latent), []
    for pixels in SHIFTS:
        for axis in (0, 1):
            shift = (pixels / IMAGE_SIZE, 0.0) if axis else (0.0, pixels / IMAGE_SIZE)
            gan.place(shift=shift)
            errors.append((images(gan, latent) - still.roll(pixels, 3 if axis else 2))[..., EDGE:-EDGE, EDGE:-EDGE])
    error = torch.stack(errors).square().mean()
    peak = float(still.max() - still.min())
    return {"error": float(error) / peak**2}


@torch.no_grad()
def images(gan: Any, latent: dict[str, Tensor]) -> Tensor:
    """What the network makes, not clamped."""
    return gan.synthesise(gan.styles(latent, {}), latent)


@torch.no_grad()
def settle(gan: Any, latent: dict[str, Tensor]) -> None:
    """Let every layer know the usual strength of its input, as training does."""
    with gan.generator.synthesis.tracking(0.0):
        images(gan, latent)


CHECKS = (
    Check(
        name="equivariance",
        claim="The image of a shifted input is the shifted image.",
        control="nonlinearities at their layer's own rate, with the same weights",
        measure=equivariance,
        criteria=(Criterion(metric="error", op="<=", threshold=0.1, relative_to=CONTROL),),
        modules=("ganzoo_plugin_stylegan.alias_free_synthesis", "ganzoo_plugin_stylegan.low_pass"),
        seconds=60,
    ),
)

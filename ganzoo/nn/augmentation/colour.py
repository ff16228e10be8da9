"""Changes of colour as affine maps of the colour space, one per image (arXiv:2006.06676, appendix B).

Matrices are (N, 4, 4) and act on (red, green, blue, 1); later changes stand to the left of earlier ones.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ganzoo.errors import CompatibilityError
from ganzoo.nn.augmentation.constants import constant

CROSS = tuple(x / math.sqrt(3) for x in (0, -1, 1, 1, 0, -1, -1, 1, 0))  # v x colour, as a matrix in rows


def identities(n: int, like: Tensor) -> Tensor:
    """(n, 4, 4) identity matrices with the type and device of `like`."""
    return torch.eye(4, dtype=like.dtype, device=like.device).repeat(n, 1, 1)


def linear(parts: Tensor) -> Tensor:
    """(N, 3, 3) -> (N, 4, 4), without a shift."""
    matrices = identities(len(parts), parts)
    matrices[:, :3, :3] = parts
    return matrices


def luma_projection(like: Tensor) -> Tensor:
    """(3, 3) projection onto the grey axis v = (1, 1, 1) / sqrt 3."""
    return torch.full((3, 3), 1 / 3, dtype=like.dtype, device=like.device)


def brightness(amount: Tensor) -> Tensor:
    """Add amount (N,) to all colours."""
    matrices = identities(len(amount), amount)
    matrices[:, :3, 3] = amount[:, None]
    return matrices


def contrast(factor: Tensor) -> Tensor:
    """Multiply all colours by factor (N,)."""
    return linear(factor[:, None, None] * torch.eye(3, dtype=factor.dtype, device=factor.device))


def luma_flip(flip: Tensor) -> Tensor:
    """Where flip (N,) is 1 rather than 0, mirror the colours at the plane of grey value 0: I - 2 v v^T."""
    eye = torch.eye(3, dtype=flip.dtype, device=flip.device)
    return linear(eye - 2 * flip[:, None, None] * luma_projection(flip))


def hue(angle: Tensor) -> Tensor:
    """Rotate the colours by angle (N,), in radians, about the grey axis (Rodrigues' formula)."""
    cross = constant(CROSS, (3, 3), angle.dtype, angle.device)
    eye = torch.eye(3, dtype=angle.dtype, device=angle.device)
    cosine, sine = angle.cos()[:, None, None], angle.sin()[:, None, None]
    return linear(cosine * eye + sine * cross + (1 - cosine) * luma_projection(angle))


def saturation(factor: Tensor) -> Tensor:
    """Multiply by factor (N,) what of a colour is not grey."""
    eye, grey = torch.eye(3, dtype=factor.dtype, device=factor.device), luma_projection(factor)
    return linear(grey + factor[:, None, None] * (eye - grey))


def recolour(x: Tensor, matrices: Tensor) -> Tensor:
    """Images (N, C, H, W) with their colours mapped by (N, 4, 4); an identity leaves its image as it is, bit for bit.

    Of 1 or 2 channels the first is grey: it stands for three equal colours, and their mean is kept. Of 3 or 4 the first
    three are red, green and blue. The last of 2 or 4 channels, transparency, stays. Raises: CompatibilityError.
    """
    channels = x.shape[1]
    if channels not in (1, 2, 3, 4):
        raise CompatibilityError(
            f"images of {channels} channels have no colours that could be changed", hint="leave the colour changes out"
        )
    colours = 1 if channels < 3 else 3
    matrix, shift = matrices[:, :3, :3], matrices[:, :3, 3]
    if colours == 1:
        matrix, shift = matrix.sum((1, 2))[:, None, None] / 3, shift.mean(1, keepdim=True)
    changed = torch.einsum("nij,njhw->nihw", matrix, x[:, :colours]) + shift[:, :, None, None]
    untouched = (matrices == torch.eye(4, dtype=matrices.dtype, device=matrices.device)).all(2).all(1)
    changed = torch.where(untouched[:, None, None, None], x[:, :colours], changed)
    return torch.cat([changed, x[:, colours:]], dim=1) if channels > colours else changed

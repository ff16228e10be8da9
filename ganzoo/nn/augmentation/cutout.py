"""A square of each image is put to zero."""

from __future__ import annotations

import torch
from torch import Tensor


def cutout(x: Tensor, centre: Tensor, active: Tensor, share: float = 0.5) -> Tensor:
    """Images (N, C, H, W) with a rectangle of `share` of each side put to zero; gradients pass elsewhere.

    Args:
        centre: (N, 2) of the rectangle (down, right) in [0, 1]; what lies outside of the image is lost.
        active: (N,) whether the image is cut at all.
    """
    height, width = x.shape[-2:]
    down = (torch.arange(height, device=x.device, dtype=x.dtype) + 0.5) / height - centre[:, :1]
    right = (torch.arange(width, device=x.device, dtype=x.dtype) + 0.5) / width - centre[:, 1:]
    cut = (down.abs() < share / 2)[:, :, None] & (right.abs() < share / 2)[:, None, :] & active[:, None, None]
    return x.masked_fill(cut[:, None], 0.0)

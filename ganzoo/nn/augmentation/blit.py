"""Changes that move whole pixels: flips, quarter turns, shifts. Nothing is interpolated."""

from __future__ import annotations

import torch
from torch import Tensor


def mirrored(index: Tensor, size: int) -> Tensor:
    """Indices of any size as indices in [0, size), mirrored at the centres of the outermost pixels."""
    period = max(2 * (size - 1), 1)
    inside = index.remainder(period)
    return torch.minimum(inside, period - inside).clamp(max=size - 1)


def pick(x: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Pixels (N, C, h, w) of x (N, C, H, W) at rows and columns (N, h, w), all inside."""
    n, channels, _, width = x.shape
    flat = (rows * width + columns).reshape(n, 1, -1)
    return x.flatten(2).gather(2, flat.expand(n, channels, -1)).view(n, channels, *rows.shape[1:])


def blit(x: Tensor, flip: Tensor, turns: Tensor, shift: Tensor) -> Tensor:
    """Flip, then turn, then shift each image (N, C, H, W); zeros leave it as it is, bit for bit.

    Args:
        flip: (N,) 0 or 1: left and right change places.
        turns: (N,) 0 to 3 counter-clockwise quarter turns; odd ones need square images.
        shift: (N, 2) whole pixels (down, right); the image is mirrored at its borders.
    """
    height, width = x.shape[-2:]
    rows = torch.arange(height, device=x.device)[None, :, None] - shift[:, 0, None, None]
    columns = torch.arange(width, device=x.device)[None, None, :] - shift[:, 1, None, None]
    rows, columns = torch.broadcast_tensors(mirrored(rows, height), mirrored(columns, width))
    turns = turns[:, None, None]
    odd, far = turns % 2 == 1, turns >= 2
    # Where the pixel came from: by one turn from (column, last - row), by two from the opposite corner, ...
    rows, columns = torch.where(odd, columns, rows), torch.where(odd, width - 1 - rows, columns)
    rows, columns = torch.where(far, height - 1 - rows, rows), torch.where(far, width - 1 - columns, columns)
    return pick(x, rows, torch.where(flip[:, None, None] == 1, width - 1 - columns, columns))


def shifted(x: Tensor, shift: Tensor) -> Tensor:
    """Images (N, C, H, W) moved by whole pixels (N, 2) (down, right); zeros come in."""
    height, width = x.shape[-2:]
    rows = torch.arange(height, device=x.device)[None, :, None] - shift[:, 0, None, None]
    columns = torch.arange(width, device=x.device)[None, None, :] - shift[:, 1, None, None]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    rows, columns = torch.broadcast_tensors(rows.clamp(0, height - 1), columns.clamp(0, width - 1))
    return pick(x, rows, columns).masked_fill(~inside[:, None], 0.0)

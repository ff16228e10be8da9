"""Batch normalisation whose scale and shift a condition decides, and whose statistics know the truncation.

A generator is trained on whole latents. Where it samples truncated ones, its activations have other means and
variances, so each layer keeps a table of them: one row per level of truncation, the last for latents as they are drawn
(arXiv:1809.11096, appendix C; `standing.py` fills the table).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm


class BatchNorm(nn.Module):
    """(x - mean) / sqrt(variance + eps) of every channel of (N, channels, H, W).

    Args:
        channels: of x.
        levels: rows of the table of statistics, 1 or more.
        eps: added to the variance.
        momentum: share of a batch's statistics in the running ones.

    In training the statistics are the batch's (variance divided by N H W), and all rows follow them. Otherwise they
    come from the table, at `level`: (N,) of positions in it, between two rows linearly; None means its last row.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int, *, levels: int = 1, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.register_buffer("running_mean", torch.zeros(levels, channels))
        self.register_buffer("running_var", torch.ones(levels, channels))

    def normalised(self, x: Tensor, level: Tensor | None) -> Tensor:
        """x with mean 0 and variance 1 per channel."""
        if not self.training:
            mean, variance = (at_level(table, level)[..., None, None] for table in self.tables)
            return (x - mean) * (variance + self.eps).rsqrt()
        # Copies, as the backward pass keeps hold of what is passed.
        mean, variance = (table[-1].clone() for table in self.tables)
        y = batch_norm(x, mean, variance, training=True, momentum=self.momentum, eps=self.eps)
        for table, moved in zip(self.tables, (mean, variance), strict=True):
            table.copy_(moved)
        return y

    @property
    def tables(self) -> tuple[Tensor, Tensor]:
        """Means and variances, (levels, channels) each."""
        return self.running_mean, self.running_var


def at_level(table: Tensor, level: Tensor | None) -> Tensor:
    """Rows (N, channels) of a table (levels, channels) at positions (N,), or its last row (channels,)."""
    if level is None:
        return table[-1]
    below = level.floor().long().clamp(0, len(table) - 1)
    above = (below + 1).clamp(max=len(table) - 1)
    return torch.lerp(table[below], table[above], (level - below).clamp(0, 1)[:, None].to(table.dtype))


class ConditionalBatchNorm(BatchNorm):
    """Batch normalisation with the scale 1 + W c and the shift V c (arXiv:1809.11096, appendix B; arXiv:1610.07629).

    Args:
        channels: of x.
        condition_dim: numbers in a condition c, which is (N, condition_dim).
        num_classes: in the place of `condition_dim`: conditions are labels (N,), and each class has its own columns of
            W and V.
        settings: of `BatchNorm`.
    """

    def __init__(
        self, channels: int, *, condition_dim: int | None, num_classes: int, levels: int = 1, eps: float = 1e-5
    ) -> None:
        super().__init__(channels, levels=levels, eps=eps)

        def columns() -> nn.Module:
            if condition_dim is None:
                return nn.Embedding(num_classes, channels)
            return nn.Linear(condition_dim, channels, bias=False)

        self.scale, self.shift = columns(), columns()

    def forward(self, x: Tensor, condition: Tensor, level: Tensor | None = None) -> Tensor:
        """x (N, channels, H, W) under its condition, of the same shape."""
        scale, shift = (layer(condition)[..., None, None] for layer in (self.scale, self.shift))
        return torch.addcmul(shift, self.normalised(x, level), 1 + scale)


class LearntBatchNorm(BatchNorm):
    """Batch normalisation with a scale and a shift per channel, the same for every sample."""

    def __init__(self, channels: int, *, levels: int = 1, eps: float = 1e-5) -> None:
        super().__init__(channels, levels=levels, eps=eps)
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor, level: Tensor | None = None) -> Tensor:
        """x (N, channels, H, W), of the same shape."""
        return torch.addcmul(self.bias[:, None, None], self.normalised(x, level), self.weight[:, None, None])

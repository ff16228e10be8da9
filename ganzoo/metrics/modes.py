"""Which modes of a known mixture the samples reach, and how well they sit there.

Each sample belongs to its nearest centre; it is of high quality if it lies within 3 std of it (Lin et al. 2018,
"PacGAN", arXiv:1712.04086, section 4.1). Higher is better for both numbers, and neither means anything alone: samples
spread over the plane reach every mode, and a single point on a centre is of perfect quality.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.metrics.inputs import as_pair

HIGH_QUALITY = 3.0


def nearest_modes(samples: Tensor, centres: Tensor) -> tuple[Tensor, Tensor]:
    """Index (N,) of the nearest of the centres (K, D) to each of the samples (N, D), and the distance (N,) to it."""
    x, c = as_pair(samples, centres)
    distances, modes = torch.cdist(x, c, compute_mode="donot_use_mm_for_euclid_dist").min(dim=1)
    return modes, distances


def mode_counts(samples: Tensor, centres: Tensor, std: float | None = None) -> Tensor:
    """Samples per mode, (K,) int64; with `std`, the standard deviation of a mode, only those of high quality."""
    modes, distances = nearest_modes(samples, centres)
    if std is not None:
        if std <= 0:
            raise ConfigError(f"std is {std}; the modes of a mixture have a positive one")
        modes = modes[distances <= HIGH_QUALITY * std]
    return torch.bincount(modes, minlength=len(centres))


def mode_shares(samples: Tensor, centres: Tensor, std: float | None = None) -> Tensor:
    """Share of all N samples at each mode, (K,) float64; with `std`, only high-quality ones count, so they sum to
    the high-quality share."""
    return mode_counts(samples, centres, std).double() / len(samples)


def modes_captured(samples: Tensor, centres: Tensor, std: float, minimum: int = 1) -> float:
    """Number of modes with at least `minimum` high-quality samples. Higher is better, K is the most.

    Grows with N: compare at equal N, and raise `minimum` (20 of 2,500 is usual) to leave out stray hits.
    """
    return float((mode_counts(samples, centres, std) >= minimum).sum())


def high_quality_share(samples: Tensor, centres: Tensor, std: float) -> float:
    """Share of samples within 3 std of their nearest centre, in [0, 1]. Higher is better.

    The mixture itself scores less than 1: 0.9889 in two dimensions (1 - exp(-4.5)).
    """
    return float(mode_shares(samples, centres, std).sum())

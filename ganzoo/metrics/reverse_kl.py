"""Reverse Kullback-Leibler divergence of mode shares: KL(q || p) = sum_k q_k log(q_k / p_k), q of the samples.

Source: used for coverage by Metz et al. 2017 (arXiv:1611.02163) and Lin et al. 2018 (arXiv:1712.04086). Lower is
better; 0 if the shares agree, log K if all samples sit at one of K equal modes. It says nothing about quality: the
nearest centres of an untrained generator's samples can be spread evenly. Report it beside the high-quality share.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo.errors import DataError
from ganzoo.metrics.inputs import as_distributions
from ganzoo.metrics.modes import mode_counts


def reverse_kl(samples: Tensor, centres: Tensor, *, p: Tensor | None = None, std: float | None = None) -> float:
    """KL(q || p) in nats between the samples' shares at their nearest centres and the true ones.

    Args:
        samples: (N, D).
        centres: (K, D).
        p: true weights of the modes (K,), shares or counts; None means equal.
        std: of a mode; if given, only samples within 3 std of a centre count. Infinity if none does.
    """
    return reverse_kl_of_counts(mode_counts(samples, centres, std), p)


def reverse_kl_of_labels(labels: Tensor, num_classes: int, p: Tensor | None = None) -> float:
    """The same for samples whose mode is a class in [0, num_classes), such as a judge's prediction; labels (N,)."""
    if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) < num_classes:
        raise DataError(f"labels run from {int(labels.min())} to {int(labels.max())}, not within 0..{num_classes - 1}")
    return reverse_kl_of_counts(torch.bincount(labels.cpu(), minlength=num_classes), p)


def reverse_kl_of_counts(counts: Tensor, p: Tensor | None = None) -> float:
    """KL(q || p) from counts (or shares) q per mode; infinity if q is empty, or has weight where p has none."""
    if not bool(counts.any()):
        return float("inf")
    q, p = as_distributions(counts, torch.ones_like(counts) if p is None else p)
    return max(0.0, float(torch.special.xlogy(q, q).sum() - torch.special.xlogy(q, p).sum()))

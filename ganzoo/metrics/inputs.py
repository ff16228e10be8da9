"""The form in which metrics take their arguments: rows of float64, distributions, labels; all on the CPU."""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo.errors import DataError


def as_rows(values: Tensor, what: str, *, least: int = 1) -> Tensor:
    """(N, ...) of any number type to (N, D) float64; (N,) becomes (N, 1).

    Raises DataError for fewer than `least` rows and for values that are not finite.
    """
    if values.ndim == 0 or len(values) < least:
        raise DataError(f"{what}: {tuple(values.shape)} holds too few rows, at least {least} needed")
    rows = values.detach().to("cpu", torch.float64).reshape(len(values), -1)
    broken = int((~torch.isfinite(rows)).any(dim=1).sum())
    if broken:
        raise DataError(
            f"{what}: {broken} of {len(rows)} rows hold NaN or infinity", hint="the model that made them has diverged"
        )
    return rows


def as_pair(samples: Tensor, reference: Tensor, *, least: int = 1) -> tuple[Tensor, Tensor]:
    """Two sets of rows of the same width, otherwise DataError."""
    x, y = as_rows(samples, "samples", least=least), as_rows(reference, "reference", least=least)
    if x.shape[1] != y.shape[1]:
        raise DataError(
            f"samples have {x.shape[1]} numbers per row and the reference {y.shape[1]}",
            hint="bring both to the same size and channels first",
        )
    return x, y


def as_distribution(weights: Tensor, what: str) -> Tensor:
    """Counts or shares of any shape to shares (K,) that sum to 1.

    Raises DataError for a negative or non-finite weight, and where all are zero.
    """
    flat = as_rows(weights.reshape(-1), what).reshape(-1)
    if bool((flat < 0).any()) or float(flat.sum()) == 0.0:
        raise DataError(f"{what}: a distribution needs weights of at least 0, and one above 0")
    return flat / flat.sum()


def as_distributions(p: Tensor, q: Tensor) -> tuple[Tensor, Tensor]:
    """Two distributions over the same K things, otherwise DataError."""
    first, second = as_distribution(p, "p"), as_distribution(q, "q")
    if len(first) != len(second):
        raise DataError(f"distributions over {len(first)} and over {len(second)} things cannot be compared")
    return first, second


def as_labels(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Two integer labellings (N,) of the same N >= 1 items, otherwise DataError."""
    for labels in (first, second):
        if labels.is_floating_point() or labels.ndim != 1 or len(labels) == 0:
            raise DataError(f"labels are integers of shape (N,), N >= 1; got {labels.dtype} {tuple(labels.shape)}")
    if len(first) != len(second):
        raise DataError(f"{len(first)} labels cannot be compared with {len(second)}")
    return first.detach().to("cpu", torch.int64), second.detach().to("cpu", torch.int64)

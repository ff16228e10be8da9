"""Filters that differ: they start orthogonal, and a penalty keeps them from becoming alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import torch
from torch import Tensor, nn

M = TypeVar("M", bound=nn.Module)


def orthogonal_initialisation(module: M) -> M:
    """Start all convolutions, linear layers and embeddings inside orthogonal, their biases at 0. Returns the module."""
    for layer in module.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear, nn.Embedding)):
            nn.init.orthogonal_(layer.weight)
            if getattr(layer, "bias", None) is not None:
                nn.init.zeros_(layer.bias)
    return module


def filter_overlap(weights: Iterable[Tensor]) -> Tensor:
    """Sum over weights of |W W' * (1 - I)|_F^2, where the rows of W are a layer's filters, flattened.

    The norms of the filters are free, only what they share costs (arXiv:1809.11096, section 3.1, the variant without
    the diagonal). Weights with fewer than two dimensions have no filters and are left out.
    """
    filters = [weight.flatten(1) for weight in weights if weight.ndim > 1]
    return torch.stack([_overlap(rows) for rows in filters]).sum()


def _overlap(rows: Tensor) -> Tensor:
    # |W W'|_F = |W' W|_F: of the two products, the smaller one is made.
    product = rows @ rows.T if len(rows) <= rows.shape[1] else rows.T @ rows
    return product.square().sum() - rows.square().sum(1).square().sum()

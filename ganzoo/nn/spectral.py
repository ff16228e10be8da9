"""Spectral normalisation of whole networks."""

from __future__ import annotations

from typing import TypeVar

from torch import nn
from torch.nn.utils import parametrizations, parametrize

from ganzoo.nn.kinds import CONVOLUTIONS

M = TypeVar("M", bound=nn.Module)


def spectral_norm(module: M) -> M:
    """Divide the weight of every convolution, linear layer and embedding inside by its largest singular value.

    One power iteration per forward pass in training, none in evaluation; its vectors are buffers, so that they are
    saved (arXiv:1802.05957, algorithm 1). Layers that are normalised already are left alone. Returns the module.
    """
    for layer in list(module.modules()):
        if isinstance(layer, (*CONVOLUTIONS, nn.Linear, nn.Embedding)) and not parametrize.is_parametrized(layer):
            parametrizations.spectral_norm(layer)
    return module

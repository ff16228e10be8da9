"""How weights start."""

from __future__ import annotations

from typing import TypeVar

from torch import nn

from ganzoo.nn.kinds import BATCH_NORMS, CONVOLUTIONS

M = TypeVar("M", bound=nn.Module)


def dcgan_initialisation(module: M) -> M:
    """Start all layers inside as DCGAN does (arXiv:1511.06434, section 4, and its program). Returns the module.

    Weights of convolutions and linear layers N(0, 0.02^2), scales of batch normalisation N(1, 0.02^2), biases 0.
    """
    for layer in module.modules():
        if isinstance(layer, (*CONVOLUTIONS, nn.Linear)):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, BATCH_NORMS) and layer.affine:
            nn.init.normal_(layer.weight, 1.0, 0.02)
        else:
            continue
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    return module

"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from ganzoo.optimizers.fused import can_fuse


def sgd(parameters: Iterable[nn.Parameter], *, lr: float = 0.01, momentum: float = 0.0) -> torch.optim.SGD:
    """Gradient descent, as in the first GAN (arXiv:1406.2661, algorithm 1).

    Args:
        parameters: what to train.
        lr: learning rate.
        momentum: share of the last step in the next; 0 keeps no state.
    """
    parameters = list(parameters)
    return torch.optim.SGD(parameters, lr=lr, momentum=momentum, fused=can_fuse(parameters) or None)

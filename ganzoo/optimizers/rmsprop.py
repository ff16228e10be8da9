"""RMSprop, which WGAN's clipped critic is trained with."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from ganzoo.optimizers.fused import can_fuse


def rmsprop(
    parameters: Iterable[nn.Parameter], *, lr: float = 5e-5, alpha: float = 0.99, momentum: float = 0.0
) -> torch.optim.RMSprop:
    """RMSprop with WGAN's learning rate (arXiv:1701.07875, algorithm 1).

    Args:
        parameters: what to train.
        lr: learning rate.
        alpha: decay of the mean of squared gradients.
        momentum: share of the last step in the next; the paper warns against any with a clipped critic.
    """
    parameters = list(parameters)
    # torch has no fused RMSprop; where it has fused kernels at all, its grouped ones beat the loop.
    return torch.optim.RMSprop(parameters, lr=lr, alpha=alpha, momentum=momentum, foreach=can_fuse(parameters) or None)

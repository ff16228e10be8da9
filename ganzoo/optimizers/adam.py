"""Adam, with the settings that GANs are trained with."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from ganzoo.optimizers.fused import can_fuse


def adam(
    parameters: Iterable[nn.Parameter],
    *,
    lr: float = 2e-4,
    betas: tuple[float, float] = (0.5, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> torch.optim.Adam:
    """Adam (arXiv:1412.6980) with DCGAN's learning rate and first momentum (arXiv:1511.06434).

    Args:
        parameters: what to train.
        lr: learning rate.
        betas: decay of the means of gradients and of their squares; WGAN-GP takes (0, 0.9), ProGAN (0, 0.99).
        eps: added to the root of the mean square.
        weight_decay: of an L2 term that is added to the gradient.
    """
    parameters = list(parameters)
    return torch.optim.Adam(
        parameters, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, fused=can_fuse(parameters) or None
    )

"""The minibatch standard deviation: lets a discriminator see how varied the samples of a batch are."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganzoo.errors import ConfigError


class MinibatchStdDev(nn.Module):
    """Adds one channel: the standard deviation over a group of samples, averaged over all features and pixels.

    (N, C, H, W) -> (N, C + 1, H, W) (arXiv:1710.10196, section 3). Sample n is in group n modulo (N / group_size).

    Args:
        group_size: samples per group; a smaller batch is one group. A larger batch must be a multiple of it, else
            ConfigError is raised.
    """

    def __init__(self, group_size: int = 4, eps: float = 1e-8) -> None:
        super().__init__()
        if group_size < 1:
            raise ConfigError(f"group_size={group_size}: a group has 1 sample or more")
        self.group_size = group_size
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        n, channels, height, width = x.shape
        group = max(min(self.group_size, n), 1)
        if n % group:
            raise ConfigError(
                f"a batch of {n} does not divide into groups of {group} for the minibatch standard deviation",
                hint=f"choose a batch size that is a multiple of {group}",
            )
        groups = x.reshape(group, n // group, channels * height * width)  # members x groups x numbers
        variance = (groups - groups.mean(dim=0)).square().mean(dim=0)
        deviation = (variance + self.eps).sqrt().mean(dim=1)  # one number per group
        return torch.cat([x, deviation.repeat(group).view(n, 1, 1, 1).expand(n, 1, height, width)], dim=1)

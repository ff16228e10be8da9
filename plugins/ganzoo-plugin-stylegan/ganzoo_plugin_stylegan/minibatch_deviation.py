"""The minibatch standard deviation in several channels, each of its own share of the features."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganzoo.errors import ConfigError


class MinibatchDeviation(nn.Module):
    """(N, C, H, W) -> (N, C + features, H, W): how varied the samples of a group are (arXiv:1710.10196, section 3).

    As `ganzoo.nn.minibatch_stddev`, but channel f is the mean over the f-th part of the features only.

    Args:
        group_size: samples per group: n and n + N / group_size are in one. None, or more than there are, makes the
            batch one group. ConfigError is raised for a batch that is no multiple of it.
        features: channels that are added; C is a multiple of them.
    """

    def __init__(self, group_size: int | None = 4, features: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        if (group_size is not None and group_size < 1) or features < 1:
            raise ConfigError(f"group_size={group_size}, group_features={features}: both are 1 or more")
        self.group_size, self.features, self.eps = group_size, features, eps

    def forward(self, x: Tensor) -> Tensor:
        n, channels, height, width = x.shape
        group = max(n if self.group_size is None else min(self.group_size, n), 1)
        if n % group or channels % self.features:
            raise ConfigError(
                f"a batch of {n} and {channels} features do not divide by {group} samples and {self.features} parts",
                hint=f"choose a batch size that is a multiple of {group}",
            )
        groups = x.reshape(group, n // group, self.features, -1)  # members x groups x parts x numbers
        deviation = (groups - groups.mean(0)).square().mean(0).add(self.eps).sqrt().mean(2)  # groups x parts
        maps = deviation.repeat(group, 1)[:, :, None, None].expand(n, self.features, height, width)
        return torch.cat([x, maps], 1)

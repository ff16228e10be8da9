"""The moving average of the weights that sampling uses."""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from ganzoo.gan import GAN
from ganzoo.weights import named_tensors


class Average:
    """A copy of a GAN's sampling modules whose parameters follow the live ones (arXiv:1710.10196, section 6.1).

    Args:
        gan: the live one.
        decay: share of the average that a round leaves in place, in [0, 1).

    `gan` is the averaged model, to sample from. Buffers are copied: they are counts and statistics, not weights.
    """

    def __init__(self, gan: GAN, decay: float) -> None:
        self.decay = decay
        self.gan = copy.deepcopy(gan)
        self.gan.keep_only_sampling()
        self.gan.requires_grad_(False)
        live = named_tensors(gan)
        pairs = [(tensor, live[name]) for name, tensor in named_tensors(self.gan).items()]
        self._averaged = [pair for pair in pairs if isinstance(pair[0], nn.Parameter)]
        self._copied = [pair for pair in pairs if not isinstance(pair[0], nn.Parameter)]

    @torch.no_grad()
    def update(self, round: int) -> None:
        """Follow the live weights after a round (0, 1, ...).

        Early rounds weigh more, as at first the average is of nothing but the initial weights.
        """
        if self._averaged:
            averaged, live = map(list, zip(*self._averaged, strict=True))
            get_ema_multi_avg_fn(min(self.decay, (1 + round) / (10 + round)))(averaged, live, None)
        if self._copied:
            copied, live = map(list, zip(*self._copied, strict=True))
            torch._foreach_copy_(copied, live)

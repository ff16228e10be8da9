"""In which order a reader draws items: a pure function of its seed and of how many it has drawn."""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo.streams import generator


class Order:
    """An endless order of the items 0 to size-1.

    Every epoch is a permutation of its own; draws run over the ends of epochs, so that a batch may be larger than
    the set. With weights, items are drawn in proportion to them, with replacement.

    Args:
        size: number of items, at least 1.
        seed: of the order.
        device: where the indices are wanted; they are drawn on the CPU whatever it is.
    """

    def __init__(self, size: int, seed: int, device: torch.device | str = "cpu") -> None:
        self.size = size
        self.seed = seed
        self.device = torch.device(device)
        self._epoch: tuple[int, Tensor] | None = None

    def draw(self, position: int, count: int, weights: Tensor | None = None) -> Tensor:
        """Indices (count,) int64 on the device, of the draws `position` to `position + count - 1`."""
        if weights is not None:
            rng = generator(self.seed, "draw", position)
            return torch.multinomial(weights, count, replacement=True, generator=rng).to(self.device)
        parts = []
        while count > 0:
            epoch, start = divmod(position, self.size)
            part = self._permutation(epoch)[start : start + count]
            parts.append(part)
            position += len(part)
            count -= len(part)
        return torch.cat(parts) if len(parts) > 1 else parts[0]

    def _permutation(self, epoch: int) -> Tensor:
        if self._epoch is None or self._epoch[0] != epoch:
            permutation = torch.randperm(self.size, generator=generator(self.seed, "epoch", epoch))
            self._epoch = epoch, permutation.to(self.device)
        return self._epoch[1]

"""Self-attention: every place of an image looks at all others (SAGAN, arXiv:1805.08318)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import max_pool2d, scaled_dot_product_attention


class SelfAttention(nn.Module):
    """x + gain * W_o sum_j softmax_j(q_i . k_j) v_j over places i of (N, channels, H, W); H and W are 2 or more.

    Keys and values are pooled to half the size, queries and keys have an eighth of the channels, values half
    (arXiv:1805.08318, equations 1 to 3, and its program). The gain starts at 0, so that the network first learns
    without it. Scores are not scaled.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        few, half = max(1, channels // 8), max(1, channels // 2)
        self.query, self.key = (nn.Conv2d(channels, few, 1, bias=False) for _ in range(2))
        self.value = nn.Conv2d(channels, half, 1, bias=False)
        self.output = nn.Conv2d(half, channels, 1, bias=False)
        self.gain = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = self.query(x), max_pool2d(self.key(x), 2), max_pool2d(self.value(x), 2)
        query, key, value = (part.flatten(2).transpose(1, 2) for part in (query, key, value))  # (N, places, channels)
        seen = scaled_dot_product_attention(query, key, value, scale=1.0).transpose(1, 2).unflatten(2, x.shape[2:])
        return x + self.gain * self.output(seen)


class AttendedBlocks(nn.Module):
    """Blocks in a row, with self-attention between some of them.

    Args:
        blocks: modules whose first argument is (N, channels, H, W).
        channels: before the first block, and after each.
        attention_after: counts of blocks after which self-attention stands; 0 is before the first.
    """

    def __init__(self, blocks: Sequence[nn.Module], channels: Sequence[int], attention_after: tuple[int, ...]) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(blocks)
        self.attention = nn.ModuleDict({str(place): SelfAttention(channels[place]) for place in attention_after})

    def attend(self, x: Tensor, place: int) -> Tensor:
        """x after self-attention, if it stands after so many blocks."""
        return self.attention[str(place)](x) if str(place) in self.attention else x

    def forward(self, x: Tensor, *conditions: list[Tensor | None]) -> Tensor:
        """x through all blocks; `conditions` hold one further argument per block each."""
        x = self.attend(x, 0)
        for place, (block, *rest) in enumerate(zip(self.blocks, *conditions, strict=True), start=1):
            x = self.attend(block(x, *rest), place)
        return x

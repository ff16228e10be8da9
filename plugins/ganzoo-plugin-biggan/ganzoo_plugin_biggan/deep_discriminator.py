"""BigGAN-deep's discriminator: bottlenecks, beside which channels are kept and new ones are added."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, relu

from ganzoo_plugin_biggan.attention import AttendedBlocks
from ganzoo_plugin_biggan.discriminator import Projection
from ganzoo_plugin_biggan.orthogonal import orthogonal_initialisation
from ganzoo_plugin_biggan.spectral import spectral_norm

BOTTLENECK = 4


class DeepDiscriminatorBlock(nn.Module):
    """1 x 1, two 3 x 3 and 1 x 1 convolutions, each activated before; beside them x, and a convolution of it where
    there are more channels to fill."""

    def __init__(self, incoming: int, outgoing: int, halves: bool) -> None:
        super().__init__()
        inner = max(1, outgoing // BOTTLENECK)
        self.halves = halves
        self.convolutions = nn.ModuleList(
            [
                nn.Conv2d(incoming, inner, 1),
                nn.Conv2d(inner, inner, 3, padding=1),
                nn.Conv2d(inner, inner, 3, padding=1),
                nn.Conv2d(inner, outgoing, 1),
            ]
        )
        self.added = nn.Conv2d(incoming, outgoing - incoming, 1) if outgoing > incoming else None

    def forward(self, x: Tensor) -> Tensor:
        h = x
        for convolution in self.convolutions[:3]:
            h = convolution(relu(h))
        h = relu(h)
        if self.halves:
            h, x = avg_pool2d(h, 2), avg_pool2d(x, 2)
        beside = x if self.added is None else torch.cat([x, self.added(x)], 1)
        return self.convolutions[3](h) + beside


class DeepDiscriminator(nn.Module):
    """Images (N, channels, H, W) and labels (N,) to logits (N,) (arXiv:1809.11096, figure 16, table 7).

    Args:
        channels: of the images.
        num_classes: labels are 0 to num_classes - 1.
        widths: channels before the first block, and after every block; they may not fall.
        halving: for each block, whether it halves the size.
        attention_after: as in `AttendedBlocks`.
    """

    def __init__(
        self,
        *,
        channels: int,
        num_classes: int,
        widths: list[int],
        halving: tuple[bool, ...],
        attention_after: tuple[int, ...],
    ) -> None:
        super().__init__()
        self.enter = nn.Conv2d(channels, widths[0], 3, padding=1)
        pairs = zip(pairwise(widths), halving, strict=True)
        blocks = [DeepDiscriminatorBlock(*around, halves) for around, halves in pairs]
        self.blocks = AttendedBlocks(blocks, widths, attention_after)
        self.head = Projection(widths[-1], num_classes)
        orthogonal_initialisation(self)
        spectral_norm(nn.Conv2d, nn.Linear, nn.Embedding, inside=self)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.head(relu(self.blocks(self.enter(x))).sum((2, 3)), y)

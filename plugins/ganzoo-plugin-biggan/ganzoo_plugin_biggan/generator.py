"""BigGAN's generator: residual blocks that hear of the class and of a part of the latent each."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from ganzoo_plugin_biggan.attention import AttendedBlocks
from ganzoo_plugin_biggan.conditional_generator import ConditionalGenerator, Frame, Norm, doubled


class GeneratorBlock(nn.Module):
    """Two normalised 3 x 3 convolutions with a 1 x 1 convolution beside them, at twice the size."""

    def __init__(self, incoming: int, outgoing: int, norm: Norm) -> None:
        super().__init__()
        self.norm1, self.norm2 = norm(incoming), norm(outgoing)
        self.convolution1 = nn.Conv2d(incoming, outgoing, 3, padding=1)
        self.convolution2 = nn.Conv2d(outgoing, outgoing, 3, padding=1)
        self.shortcut = nn.Conv2d(incoming, outgoing, 1)

    def forward(self, x: Tensor, condition: Tensor, level: Tensor | None) -> Tensor:
        h = self.convolution1(doubled(relu(self.norm1(x, condition, level))))
        h = self.convolution2(relu(self.norm2(h, condition, level)))
        return h + doubled(self.shortcut(x))  # the order makes no difference, and this one costs a quarter


class Generator(ConditionalGenerator):
    """z (N, latent_dim) and y (N,) to images (N, channels, H, W) in [-1, 1] (arXiv:1809.11096, figure 15, table 4).

    Args:
        frame: settings.
        chunk_dim: numbers of the latent that the first layer takes, and each block where it is hierarchical.
        hierarchical: whether a block's condition is the class's embedding and a chunk of its own, or the class alone.
        attention_after: as in `AttendedBlocks`.
    """

    def __init__(self, frame: Frame, *, chunk_dim: int, hierarchical: bool, attention_after: tuple[int, ...]) -> None:
        def make_blocks(norm: Norm) -> AttendedBlocks:
            blocks = [GeneratorBlock(incoming, outgoing, norm) for incoming, outgoing in pairwise(frame.widths)]
            return AttendedBlocks(blocks, frame.widths, attention_after)

        own = chunk_dim if hierarchical else 0
        condition_dim = None if frame.embedding_dim is None else frame.embedding_dim + own
        super().__init__(frame, make_blocks, input_dim=chunk_dim, condition_dim=condition_dim)
        self.chunk_dim, self.hierarchical = chunk_dim, hierarchical
        self.latent_dim = chunk_dim * (len(frame.widths) if hierarchical else 1)

    def forward(self, z: Tensor, y: Tensor, level: Tensor | None = None) -> Tensor:
        condition = y if self.embedding is None else self.embedded(y)
        first, *chunks = z.split(self.chunk_dim, 1)
        if self.hierarchical:
            conditions = [torch.cat([condition, chunk], 1) for chunk in chunks]
        else:
            conditions = [condition] * len(self.blocks.blocks)
        return self.images(first, conditions, level)

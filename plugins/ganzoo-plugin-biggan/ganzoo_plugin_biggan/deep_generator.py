"""BigGAN-deep's generator: four times as many convolutions, in bottlenecks, and no convolution on the way beside."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from ganzoo_plugin_biggan.attention import AttendedBlocks
from ganzoo_plugin_biggan.conditional_generator import ConditionalGenerator, Frame, Norm, doubled

BOTTLENECK = 4


class DeepGeneratorBlock(nn.Module):
    """1 x 1, two 3 x 3 and 1 x 1 convolutions, each normalised before; beside them, the first channels of x."""

    def __init__(self, incoming: int, outgoing: int, doubles: bool, norm: Norm) -> None:
        super().__init__()
        inner = max(1, incoming // BOTTLENECK)
        self.outgoing, self.doubles = outgoing, doubles
        self.norms = nn.ModuleList(norm(channels) for channels in (incoming, inner, inner, inner))
        self.convolutions = nn.ModuleList(
            [
                nn.Conv2d(incoming, inner, 1),
                nn.Conv2d(inner, inner, 3, padding=1),
                nn.Conv2d(inner, inner, 3, padding=1),
                nn.Conv2d(inner, outgoing, 1),
            ]
        )

    def forward(self, x: Tensor, condition: Tensor, level: Tensor | None) -> Tensor:
        h, beside = x, x[:, : self.outgoing]
        for place, (norm, convolution) in enumerate(zip(self.norms, self.convolutions, strict=True)):
            h = relu(norm(h, condition, level))
            h = convolution(doubled(h) if self.doubles and place == 1 else h)
        return h + (doubled(beside) if self.doubles else beside)


class DeepGenerator(ConditionalGenerator):
    """z (N, latent_dim) and y (N,) to images (N, channels, H, W) in [-1, 1] (arXiv:1809.11096, figure 16, table 7).

    Every layer is conditioned on the whole latent beside the class's embedding.

    Args:
        frame: settings; widths may not rise.
        latent_dim: numbers in the latent.
        doubling: for each block, whether it doubles the size.
        attention_after: as in `AttendedBlocks`.
    """

    def __init__(
        self, frame: Frame, *, latent_dim: int, doubling: tuple[bool, ...], attention_after: tuple[int, ...]
    ) -> None:
        def make_blocks(norm: Norm) -> AttendedBlocks:
            pairs = zip(pairwise(frame.widths), doubling, strict=True)
            blocks = [DeepGeneratorBlock(incoming, outgoing, up, norm) for (incoming, outgoing), up in pairs]
            return AttendedBlocks(blocks, frame.widths, attention_after)

        assert frame.embedding_dim is not None
        dim = frame.embedding_dim + latent_dim
        super().__init__(frame, make_blocks, input_dim=dim, condition_dim=dim)
        self.latent_dim = latent_dim

    def forward(self, z: Tensor, y: Tensor, level: Tensor | None = None) -> Tensor:
        condition = torch.cat([self.embedded(y), z], 1)
        return self.images(condition, [condition] * len(self.blocks.blocks), level)

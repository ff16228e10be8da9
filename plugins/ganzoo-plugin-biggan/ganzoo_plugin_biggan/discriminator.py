"""BigGAN's discriminator: residual blocks, and a verdict on the pair of image and class."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, relu

from ganzoo_plugin_biggan.attention import AttendedBlocks
from ganzoo_plugin_biggan.orthogonal import orthogonal_initialisation
from ganzoo_plugin_biggan.spectral import spectral_norm


class Projection(nn.Module):
    """Features h (N, dim) and labels y (N,) to logits (N,): w . h + b + v_y . h (arXiv:1802.05637, equation 4)."""

    def __init__(self, dim: int, num_classes: int) -> None:
        super().__init__()
        self.linear, self.embedding = nn.Linear(dim, 1), nn.Embedding(num_classes, dim)

    def forward(self, h: Tensor, y: Tensor) -> Tensor:
        return self.linear(h).squeeze(1) + (self.embedding(y) * h).sum(1)


class DiscriminatorBlock(nn.Module):
    """Two 3 x 3 convolutions with a way beside them, at half the size if it `halves`.

    Args:
        wide: whether the channels change in the first convolution; else they do in the second.
        first: the block of the image itself, which no activation comes before.
    """

    def __init__(self, incoming: int, outgoing: int, *, halves: bool, wide: bool, first: bool) -> None:
        super().__init__()
        self.halves, self.first = halves, first
        inner = outgoing if wide else incoming
        self.convolution1 = nn.Conv2d(incoming, inner, 3, padding=1)
        self.convolution2 = nn.Conv2d(inner, outgoing, 3, padding=1)
        self.shortcut = nn.Conv2d(incoming, outgoing, 1) if halves or incoming != outgoing else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        h = self.convolution2(relu(self.convolution1(x if self.first else relu(x))))
        if self.halves:
            h, x = avg_pool2d(h, 2), avg_pool2d(x, 2)
        return h + self.shortcut(x)


class Discriminator(nn.Module):
    """Images (N, channels, H, W) and labels (N,) to logits (N,) (arXiv:1809.11096, figure 15, table 4).

    Args:
        channels: of the images.
        num_classes: labels are 0 to num_classes - 1.
        widths: channels after every block.
        halvings: how many blocks halve the size, from the first one on.
        wide: of its blocks.
        attention_after: as in `AttendedBlocks`.
    """

    def __init__(
        self,
        *,
        channels: int,
        num_classes: int,
        widths: list[int],
        halvings: int,
        wide: bool,
        attention_after: tuple[int, ...],
    ) -> None:
        super().__init__()
        around = [channels, *widths]
        blocks = [
            DiscriminatorBlock(around[i], around[i + 1], halves=i < halvings, wide=wide, first=i == 0)
            for i in range(len(widths))
        ]
        self.blocks = AttendedBlocks(blocks, around, attention_after)
        self.head = Projection(widths[-1], num_classes)
        orthogonal_initialisation(self)
        spectral_norm(nn.Conv2d, nn.Linear, nn.Embedding, inside=self)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.head(relu(self.blocks(x)).sum((2, 3)), y)

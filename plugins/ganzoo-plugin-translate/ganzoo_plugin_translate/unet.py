"""The generator of pix2pix: down to a point and up again, with a way across at every size."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ganzoo.errors import ConfigError

MOST_NOISY = 3


class UNet(nn.Module):
    """(N, in_channels, H, W) -> (N, out_channels, H, W) in [-1, 1] (arXiv:1611.07004, section 6.1.1).

    Args:
        in_channels, out_channels: of the images.
        width: channels after the first halving; each further one doubles them, up to 8 times.
        depth: halvings.
        dropout: share of the numbers that are dropped after the first doublings, the only noise: after three of them as
            in the paper, whose depth is 8, and in shallower networks after fewer than half.

    Any height and width of 2^depth or more are kept exactly; smaller ones raise ConfigError. Instance normalisation,
    except in the first, the innermost (which may be a single pixel) and the last layer.
    """

    def __init__(
        self, *, in_channels: int = 3, out_channels: int = 3, width: int = 64, depth: int = 8, dropout: float = 0.5
    ) -> None:
        super().__init__()
        if min(in_channels, out_channels, width, depth) < 1 or not 0 <= dropout < 1:
            raise ConfigError(
                f"in_channels={in_channels}, out_channels={out_channels}, width={width}, depth={depth}, "
                f"dropout={dropout}: all are 1 or more, and dropout in [0, 1)"
            )
        self.depth, self.dropout, self.noisy = depth, dropout, min((depth - 1) // 2, MOST_NOISY)
        self.widths = [width * min(2**i, 8) for i in range(depth)]
        self.down = nn.ModuleList()
        self.up = nn.ModuleList()
        for i, own in enumerate(self.widths):
            before = self.widths[i - 1] if i else in_channels
            self.down.append(nn.Conv2d(before, own, 4, stride=2, padding=1))
            inner = own if i == depth - 1 else 2 * own  # from below, and across
            self.up.append(nn.ConvTranspose2d(inner, self.widths[i - 1] if i else out_channels, 4, stride=2, padding=1))
        outer = self.widths[:-1]
        self.normalise_down = nn.ModuleList(nn.InstanceNorm2d(own, affine=True) for own in outer[1:])
        self.normalise_up = nn.ModuleList(nn.InstanceNorm2d(own, affine=True) for own in outer)
        self.activate_down, self.activate_up = nn.LeakyReLU(0.2), nn.ReLU()

    def mask_shapes(self, height: int, width: int) -> list[tuple[int, int, int]]:
        """Shapes (C, h, w) of what is dropped from, in images of a size, in the order of the doublings."""
        levels = range(self.depth - 1, self.depth - 1 - self.noisy, -1)
        return [(self.widths[i - 1], height >> i, width >> i) for i in levels]

    def forward(self, x: Tensor, masks: Sequence[Tensor]) -> Tensor:
        """Translate images. masks: of `mask_shapes`, (N, C, h, w), 0 where a number is dropped and else 1.

        Images of another size than the masks are for see them repeated, side by side.
        """
        if min(x.shape[-2:]) < 2**self.depth:
            raise ConfigError(
                f"images of {x.shape[-2]} x {x.shape[-1]} pixels cannot be halved {self.depth} times",
                hint="choose a smaller depth, or larger images",
            )
        across = [x]
        for i, halve in enumerate(self.down):
            x = halve(self.activate_down(x) if i else x)
            if 0 < i < self.depth - 1:
                x = self.normalise_down[i - 1](x)
            across.append(x)
        x = across.pop()
        for i in reversed(range(self.depth)):
            beside = across.pop()
            # The size on the way down is asked for, because two sizes lead to the same half.
            x = self.up[i](self.activate_up(x), output_size=list(beside.shape[-2:]))
            if i == 0:
                return x.tanh()
            x = self.normalise_up[i - 1](x)
            if (step := self.depth - 1 - i) < len(masks):
                x = x * repeated(masks[step], x.shape[-2], x.shape[-1]) / (1 - self.dropout)
            x = torch.cat([x, beside], 1)
        raise AssertionError("depth is 1 or more")


def repeated(mask: Tensor, height: int, width: int) -> Tensor:
    """A mask (N, C, h, w) tiled to another height and width."""
    if mask.shape[-2:] == (height, width):
        return mask
    return mask.tile(1, 1, -(-height // mask.shape[-2]), -(-width // mask.shape[-1]))[..., :height, :width]

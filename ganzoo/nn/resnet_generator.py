"""The image-to-image generator of CycleGAN."""

from __future__ import annotations

from torch import Tensor, nn

from ganzoo.errors import ConfigError


class ResidualBlock(nn.Module):
    """x plus two 3 x 3 convolutions of it; no activation after the sum."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.stack = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, padding_mode="reflect"),
            nn.InstanceNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, padding_mode="reflect"),
            nn.InstanceNorm2d(width),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.stack(x)


class ResNetGenerator(nn.Module):
    """(N, in_channels, H, W) -> (N, out_channels, H, W) in [-1, 1]: down twice, residual blocks, up twice.

    Args:
        in_channels, out_channels: of the images.
        width: channels at full resolution; four times as many at a quarter of it.
        blocks: residual blocks; the paper uses 6 for 128 x 128 and 9 for 256 x 256 pixels.

    Any height and width of 5 or more pixels are kept exactly; smaller ones raise ConfigError.
    Source: arXiv:1703.10593, section 7.2.
    """

    def __init__(self, *, in_channels: int = 3, out_channels: int = 3, width: int = 64, blocks: int = 6) -> None:
        super().__init__()
        if width < 1 or blocks < 0:
            raise ConfigError(f"width={width}, blocks={blocks}: width must be 1 or more, blocks 0 or more")
        self.enter = nn.Sequential(
            nn.Conv2d(in_channels, width, 7, padding=3, padding_mode="reflect"), nn.InstanceNorm2d(width), nn.ReLU()
        )
        self.down = nn.ModuleList(self.halve(width * factor) for factor in (1, 2))
        self.blocks = nn.Sequential(*(ResidualBlock(4 * width) for _ in range(blocks)))
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(width * factor, width * factor // 2, 3, stride=2, padding=1) for factor in (4, 2)
        )
        self.after_up = nn.ModuleList(nn.Sequential(nn.InstanceNorm2d(width * factor), nn.ReLU()) for factor in (2, 1))
        self.leave = nn.Conv2d(width, out_channels, 7, padding=3, padding_mode="reflect")

    @staticmethod
    def halve(width: int) -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(width, 2 * width, 3, stride=2, padding=1), nn.InstanceNorm2d(2 * width), nn.ReLU()
        )

    def forward(self, x: Tensor) -> Tensor:
        if min(x.shape[-2:]) < 5:
            raise ConfigError(f"images of {x.shape[-2]} x {x.shape[-1]} pixels are too small: 5 x 5 is the least")
        sizes = []
        x = self.enter(x)
        for halve in self.down:
            sizes.append(x.shape[-2:])
            x = halve(x)
        x = self.blocks(x)
        for double, after in zip(self.up, self.after_up, strict=True):
            # The size on the way down is asked for, because two sizes lead to the same half.
            x = after(double(x, output_size=list(sizes.pop())))
        return self.leave(x).tanh()

"""The discriminator that judges patches (pix2pix, CycleGAN)."""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

from ganzoo.errors import ConfigError


def smallest_side(layers: int) -> int:
    """Pixels that a side of an image needs at least, for a discriminator of so many layers."""
    return 3 * 2**layers


class PatchDiscriminator(nn.Module):
    """Logits (N, 1, h, w) of overlapping patches of (N, channels, H, W) images (arXiv:1611.07004, section 6.1.2).

    Args:
        channels: of the image, or of the pair that is judged.
        width: channels after the first layer; each layer doubles them, up to 8 times.
        layers: of stride 2. One more layer and the output follow with stride 1: 3 give patches of 70 x 70 pixels,
            2 of 34 x 34, 1 of 16 x 16.
        normalisation: over each image by itself, which hides how strong its colours are, or over the batch; neither
            in the first layer nor in the output.

    Images need 3 * 2^layers pixels a side or
    more, else ConfigError is raised.
    """

    def __init__(
        self,
        *,
        channels: int = 3,
        width: int = 64,
        layers: int = 3,
        normalisation: Literal["instance", "batch"] = "instance",
    ) -> None:
        super().__init__()
        if layers < 1:
            raise ConfigError(f"layers={layers}: a patch discriminator has 1 layer of stride 2 or more")
        if width < 1:
            raise ConfigError(f"width={width}: a patch discriminator has 1 channel or more")
        self.layers = layers
        normalise = nn.BatchNorm2d if normalisation == "batch" else nn.InstanceNorm2d
        widths = [width * min(2**i, 8) for i in range(layers + 1)]
        stack: list[nn.Module] = [nn.Conv2d(channels, width, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for i in range(1, layers + 1):
            stride = 2 if i < layers else 1
            stack += [
                nn.Conv2d(widths[i - 1], widths[i], 4, stride=stride, padding=1),
                normalise(widths[i]),
                nn.LeakyReLU(0.2),
            ]
        self.stack = nn.Sequential(*stack, nn.Conv2d(widths[-1], 1, 4, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        smallest = smallest_side(self.layers)
        if min(x.shape[-2:]) < smallest:
            raise ConfigError(
                f"a patch discriminator of {self.layers} layers needs images of {smallest} x {smallest} pixels or "
                f"more, not {x.shape[-2]} x {x.shape[-1]}",
                hint="choose fewer layers or larger images",
            )
        return self.stack(x)

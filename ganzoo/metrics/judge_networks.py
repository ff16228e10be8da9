"""The networks behind the judges: one small convolutional trunk, and a head per question.

Every input is brought to 16x16 before it comes here, so a judge sees all image sizes alike.
"""

from __future__ import annotations

from torch import Tensor, nn

SIZE = 16
FEATURES = 64


class Trunk(nn.Sequential):
    """(N, channels, 16, 16) in [-1, 1] to (N, 64) features of at least 0."""

    def __init__(self, channels: int) -> None:
        super().__init__(
            *block(channels, 16, stride=1),
            *block(16, 32, stride=2),  # 8x8
            *block(32, 48, stride=1),
            *block(48, 64, stride=2),  # 4x4
            nn.Flatten(),
            nn.Linear(64 * 4 * 4, FEATURES, bias=False),
            nn.BatchNorm1d(FEATURES),
            nn.ReLU(),
        )


class JudgeNetwork(nn.Module):
    """A trunk for images of so many channels; subclasses add heads on its features."""

    channels: int

    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk(self.channels)


class DigitsNetwork(JudgeNetwork):
    """Logits of ten digits and, last, of "not a digit": (N, 1, 16, 16) to (N, 11)."""

    channels = 1

    def __init__(self) -> None:
        super().__init__()
        self.digit = nn.Linear(FEATURES, 11)

    def forward(self, images: Tensor) -> Tensor:
        return self.digit(self.trunk(images))


class ShapesNetwork(JudgeNetwork):
    """Logits per question about an image of one shape: (N, 3, 16, 16) to {"shape": (N, 4), "colour": (N, 6), ...}.

    "domain" is 0 for red on dark, 1 for blue on light, and 2 for anything else.
    """

    channels = 3

    def __init__(self) -> None:
        super().__init__()
        heads = {"shape": 4, "colour": 6, "domain": 3}
        self.heads = nn.ModuleDict({question: nn.Linear(FEATURES, answers) for question, answers in heads.items()})

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        features = self.trunk(images)
        return {question: head(features) for question, head in self.heads.items()}


def block(in_channels: int, out_channels: int, *, stride: int) -> list[nn.Module]:
    """3x3 convolution, batch normalisation, rectifier."""
    convolution = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)
    return [convolution, nn.BatchNorm2d(out_channels), nn.ReLU()]

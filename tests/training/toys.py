"""Games that can be followed by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from ganzoo.core.data_spec import DataSpec
from ganzoo.data import TensorData
from ganzoo.game import Defaults, Player
from ganzoo.gan import GAN


class Point(nn.Module):
    """One number."""

    def __init__(self, start: float) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.tensor(start, dtype=torch.float64))


class TwoNumbers(GAN):
    """min over x, max over y of a payoff, by plain gradient descent and ascent; x plays first."""

    defaults = Defaults(optimizer={"name": "sgd", "lr": 0.1}, batch_size=1, rounds=100, ema=None)
    sampling = ("generator",)
    composes = frozenset()

    def __init__(self, *, x: float = 1.0, y: float = 1.0, product: bool = True) -> None:
        super().__init__()
        self.generator, self.discriminator = Point(x), Point(y)
        self.payoff: Callable[[Tensor, Tensor], Tensor] = (
            (lambda x, y: x * y) if product else (lambda x, y: (1 + x.square()) * (100 - y.square()))
        )

    def players(self) -> Sequence[Player]:
        return (
            Player("generator", ("generator",), lambda batch, turn: {"payoff": self.value()}),
            Player("discriminator", ("discriminator",), lambda batch, turn: {"payoff": -self.value()}),
        )

    def value(self) -> Tensor:
        return self.payoff(self.generator.value, self.discriminator.value)


def nothing() -> TensorData:
    """Data for games that look at none."""
    return TensorData(DataSpec(name="nothing", modality="points", size=1, features=1), {"x": {"x": torch.zeros(1, 1)}})

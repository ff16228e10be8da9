"""A GAN that is nothing but a critic, and a turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ganzoo.game import Player, Turn


class CriticOnly(nn.Module):
    """Hands x to its discriminator, in packs if asked to, and remembers the kinds that it was shown."""

    def __init__(self, discriminator: nn.Module, packing: int = 1) -> None:
        super().__init__()
        self.discriminator = discriminator
        self.packing = packing
        self.kinds: list[str] = []
        self.shown: list[Tensor] = []

    def players(self) -> tuple[Player, ...]:
        return (Player("discriminator", ("discriminator",), lambda batch, turn: {}),)

    def critic(self, x: Tensor, batch: Mapping[str, Any], kind: str) -> Tensor:
        self.kinds.append(kind)
        self.shown.append(x)
        return self.discriminator(x.reshape(len(x) // self.packing, -1) if self.packing > 1 else x)


class Linear(nn.Module):
    """w . x"""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1) @ self.weight


class Quadratic(nn.Module):
    """x . A x / 2, with gradient (A + A') x / 2"""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(1)
        return 0.5 * (x @ self.weight * x).sum(1)


@pytest.fixture
def toys() -> SimpleNamespace:
    return SimpleNamespace(CriticOnly=CriticOnly, Linear=Linear, Quadratic=Quadratic)


@pytest.fixture
def turn() -> Callable[..., Turn]:
    def make(seed: int = 0) -> Turn:
        rng = torch.Generator().manual_seed(seed)
        return Turn(0, 10, "train", 0.0, "discriminator", 0, rng, {})

    return make


@pytest.fixture
def samples() -> tuple[Tensor, Tensor]:
    """Real and fake (6, 2, 3), in double precision."""
    rng = torch.Generator().manual_seed(7)
    real, fake = torch.randn(2, 6, 2, 3, generator=rng, dtype=torch.float64)
    return real, fake

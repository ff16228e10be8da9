"""A run that is nothing but named lists of parameters, and turns in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from ganzoo.game import Turn


class FakeRun:
    def __init__(self, **players: list[nn.Parameter]) -> None:
        self.players = players
        self.player_names = tuple(players)

    def parameters(self, name: str) -> list[nn.Parameter]:
        return self.players[name]


@pytest.fixture
def fake_run() -> type[FakeRun]:
    return FakeRun


@pytest.fixture
def turn() -> Callable[..., Turn]:
    def make(player: str = "", round: int = 0, rounds: int = 10, step: int = 0) -> Turn:
        return Turn(round, rounds, "train", round / rounds, player, step, torch.Generator(), {})

    return make

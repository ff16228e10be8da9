"""Weight clipping: whose, when, how far."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganzoo.errors import CompatibilityError, ConfigError
from ganzoo.techniques.weight_clip import WeightClip


def test_the_players_weights_are_clamped_after_its_own_turns_only(fake_run, turn) -> None:
    critic = [nn.Parameter(torch.tensor([-3.0, 0.005, 0.02])), nn.Parameter(torch.tensor([[0.5]]))]
    generator = [nn.Parameter(torch.tensor([7.0]))]
    clip = WeightClip()
    clip.setup(fake_run(discriminator=critic, generator=generator))
    clip.after_turn(turn("generator"))
    assert critic[0].tolist() == pytest.approx([-3.0, 0.005, 0.02])
    clip.after_turn(turn("discriminator"))
    assert critic[0].tolist() == pytest.approx([-0.01, 0.005, 0.01])
    assert critic[1].tolist() == [[pytest.approx(0.01)]]
    assert generator[0].item() == 7.0


def test_another_player_and_limit(fake_run, turn) -> None:
    critic = [nn.Parameter(torch.tensor([2.0]))]
    clip = WeightClip(limit=1.5, player="critics")
    clip.setup(fake_run(critics=critic))
    clip.after_turn(turn("critics"))
    assert critic[0].item() == 1.5


def test_wrong_settings(fake_run) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        WeightClip(limit=0.0)
    with pytest.raises(CompatibilityError, match="played by critics, generators"):
        WeightClip().setup(fake_run(critics=[], generators=[]))

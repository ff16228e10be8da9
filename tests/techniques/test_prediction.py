"""The prediction step: what is moved, that it is put back, and that it makes the bilinear game converge."""

from __future__ import annotations

import math
from contextlib import nullcontext

import pytest
import torch
from torch import nn

from ganzoo.errors import CheckpointError, CompatibilityError, ConfigError
from ganzoo.techniques.prediction import Prediction


def number(value: float) -> nn.Parameter:
    return nn.Parameter(torch.tensor(value, dtype=torch.float64))


def bilinear(fake_run, turn, steps: int, predict: bool) -> float:
    """Distance from the saddle of min_x max_y x * y, from (1, 1) at the learning rate 0.1; x plays first."""
    x, y = number(1.0), number(1.0)
    technique = Prediction(players=("y",))
    technique.setup(fake_run(x=[x], y=[y]))
    for round in range(steps):
        for name, own, other, sign in (("x", x, y, -1), ("y", y, x, 1)):
            with technique.around_loss(turn(name, round, steps)) if predict else nullcontext(), torch.no_grad():
                own.add_(0.1 * sign * other)
    return math.hypot(x.item(), y.item())


def test_the_bilinear_game_converges_with_prediction_and_orbits_without(fake_run, turn) -> None:
    assert bilinear(fake_run, turn, 500, True) == pytest.approx(0.114, abs=0.0005)
    assert bilinear(fake_run, turn, 800, True) == pytest.approx(0.023, abs=0.0005)
    assert bilinear(fake_run, turn, 800, False) > 1.2


def test_opponents_stand_ahead_during_the_turn_and_exactly_where_they_were_after(fake_run, turn) -> None:
    critic, generator = [number(5.0)], [nn.Parameter(torch.tensor([0.1, -0.3])), number(1.0)]
    technique = Prediction()
    technique.setup(fake_run(discriminator=critic, generator=generator))
    with technique.around_loss(turn("discriminator")):
        assert generator[1].item() == 1.0  # nobody has moved yet
    with technique.around_loss(turn("generator")), torch.no_grad():
        assert critic[0].item() == 5.0  # the generator does not predict
        generator[0].add_(0.7)
        generator[1].mul_(3)
    before = [p.detach().clone() for p in generator]
    with technique.around_loss(turn("discriminator")), torch.no_grad():
        assert generator[0].tolist() == pytest.approx([1.5, 1.1])
        assert generator[1].item() == 5.0
        critic[0].add_(1)
    assert all(torch.equal(a, b) for a, b in zip(before, generator, strict=True))
    assert critic[0].item() == 6.0  # the player's own step stays


def test_weights_are_put_back_when_the_turn_fails(fake_run, turn) -> None:
    x, y = number(1.0), number(2.0)
    technique = Prediction(players=("y",))
    technique.setup(fake_run(x=[x], y=[y]))
    with technique.around_loss(turn("x")), torch.no_grad():
        x.add_(1)
    with pytest.raises(RuntimeError, match="boom"), technique.around_loss(turn("y")):
        assert x.item() == 3.0
        raise RuntimeError("boom")
    assert x.item() == 2.0


def test_previous_is_before_the_opponents_last_step(fake_run, turn) -> None:
    x, y = number(0.0), number(0.0)
    technique = Prediction(players=("y",))
    technique.setup(fake_run(x=[x], y=[y]))
    for step in range(3):
        with technique.around_loss(turn("x", step=step)), torch.no_grad():
            x.add_(10.0**step)
    with technique.around_loss(turn("y")):
        assert x.item() == 211.0
    with technique.around_loss(turn("y", step=1)):
        assert x.item() == 211.0


def test_both_sides_can_predict(fake_run, turn) -> None:
    x, y = number(0.0), number(0.0)
    technique = Prediction(players=("x", "y"))
    technique.setup(fake_run(x=[x], y=[y]))
    with technique.around_loss(turn("x")), torch.no_grad():
        x.add_(1)
    with technique.around_loss(turn("y")), torch.no_grad():
        assert x.item() == 2.0
        y.add_(4)
    with technique.around_loss(turn("x")):
        assert (x.item(), y.item()) == (1.0, 8.0)
    assert (x.item(), y.item()) == (1.0, 4.0)


def test_weights_shared_with_the_predicting_player_are_its_own(fake_run, turn) -> None:
    shared, head, trunk = number(1.0), number(1.0), number(1.0)
    technique = Prediction(players=("q",))
    technique.setup(fake_run(q=[shared, head], d=[shared, trunk], g=[trunk]))
    with technique.around_loss(turn("d")), torch.no_grad():
        shared.add_(1)
        trunk.add_(1)
    with technique.around_loss(turn("q")), torch.no_grad():
        assert (shared.item(), trunk.item()) == (2.0, 3.0)
        shared.add_(5)
    assert (shared.item(), trunk.item()) == (7.0, 2.0)


def test_gradients_are_taken_at_the_predicted_weights(fake_run, turn) -> None:
    x, y = number(1.0), number(2.0)
    technique = Prediction(players=("y",))
    technique.setup(fake_run(x=[x], y=[y]))
    with technique.around_loss(turn("x")), torch.no_grad():
        x.add_(0.5)
    with technique.around_loss(turn("y")):
        (x * y).backward()
    assert y.grad is not None and y.grad.item() == 2.0


def test_state_survives_a_stop(fake_run, turn) -> None:
    def play(technique: Prediction, x: nn.Parameter) -> float:
        with technique.around_loss(turn("y")):
            return x.item()

    x, y = number(1.0), number(1.0)
    technique = Prediction(players=("y",))
    technique.setup(fake_run(x=[x], y=[y]))
    with technique.around_loss(turn("x")), torch.no_grad():
        x.add_(0.25)
    state = {key: value.clone() for key, value in technique.state_dict().items()}
    assert state == {"x.0": torch.tensor(1.0)}

    again = number(9.0)
    resumed = Prediction(players=("y",))
    resumed.setup(fake_run(x=[again], y=[number(1.0)]))
    with torch.no_grad():
        again.copy_(x)
    resumed.load_state_dict(state)
    assert play(resumed, again) == play(technique, x) == 1.5
    with pytest.raises(CheckpointError, match=r"x\.1"):
        resumed.load_state_dict({**state, "x.1": torch.tensor(0.0)})


def test_wrong_settings(fake_run) -> None:
    with pytest.raises(ConfigError, match="changes nothing"):
        Prediction(players=())
    with pytest.raises(CompatibilityError, match="meant for discriminator"):
        Prediction().setup(fake_run(x=[], y=[]))

"""Annealing: every setting at the start, in the middle and at the end of a run, by hand."""

from __future__ import annotations

import pytest

import ganzoo
from ganzoo.errors import CompatibilityError, ConfigError
from ganzoo.techniques.annealing import Annealing
from ganzoo.training.plan import settle
from ganzoo.training.run import Run


def run_with(annealing: dict, **settings) -> Run:
    data = ganzoo.load_data("ring8", size=64)
    gan = ganzoo.create("gan", data=data, width=8, depth=1)
    plan = {
        "rounds": 10,
        "penalties": [{"name": "r1", "weight": 2.0}],
        "players": {"all": {"lr": 1e-3, "betas": (0.0, 0.9)}, "generator": {"schedule": "linear"}},
        "ema": 0.9,
        **settings,
    }
    return Run(gan, data, settle(gan, techniques=[{"name": "annealing", **annealing}], **plan))


@pytest.mark.parametrize(
    ("round", "rate", "beta2", "weight", "decay"),
    [(0, 1.0, 0.9, 2.0, 0.0), (5, 0.625, 0.945, 1.1, 0.81), (10, 0.25, 0.99, 0.2, 0.9)],
)
def test_settings_by_hand(turn, round: int, rate: float, beta2: float, weight: float, decay: float) -> None:
    run = run_with({})
    run.techniques[0].before_round(turn(round=round))
    for seat, own in zip(run.seats.values(), (1.0, min(1.0, 2 * (1 - round / 10))), strict=True):
        seat.set_rate(round / 10)
        (group,) = seat.optimizer.param_groups
        assert group["lr"] == pytest.approx(1e-3 * rate * own)
        assert group["betas"] == pytest.approx((0.0, beta2))
    assert run.penalties["r1"].weight == pytest.approx(weight)
    assert run.average.decay == pytest.approx(decay)


def test_what_is_left_alone(turn) -> None:
    run = run_with({"lr": 1.0, "beta2": None, "penalties": 1.0, "average": False, "until": 0.5})
    run.techniques[0].before_round(turn(round=3))
    assert run.seats["discriminator"].optimizer.param_groups[0]["betas"] == (0.0, 0.9)
    assert (run.penalties["r1"].weight, run.average.decay) == (2.0, 0.9)
    early = run_with({"until": 0.5})
    for round in (5, 8):
        early.techniques[0].before_round(turn(round=round))
        assert early.penalties["r1"].weight == pytest.approx(0.2)


def test_wrong_uses() -> None:
    for wrong in ({"until": 0.0}, {"lr": -1.0}, {"beta2": (0.9, 1.0)}):
        with pytest.raises(ConfigError):
            Annealing(**wrong)
    with pytest.raises(CompatibilityError, match="beta2"):
        run_with({}, players={"all": {"optimizer": "sgd"}})
    run_with({"beta2": None}, players={"all": {"optimizer": "sgd"}})

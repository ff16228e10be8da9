"""The loop on games whose course is known: catalogue values of the prediction step and of two time-scales."""

import pytest
import torch
from toys import TwoNumbers, nothing

import ganzoo
from ganzoo.errors import NonFiniteError
from ganzoo.training.plan import settle
from ganzoo.training.play import play_round
from ganzoo.training.run import Run


def path_of(gan, rounds, **settings):
    run = Run(gan, nothing(), settle(gan, rounds=rounds, **settings))
    run.calendar.begin(run)
    path = []
    for _ in range(rounds):
        play_round(run)
        run.round += 1
        path.append((gan.generator.value.item(), gan.discriminator.value.item()))
    return torch.tensor(path, dtype=torch.float64)


def test_alternating_descent_on_a_bilinear_game_orbits():
    assert 1.2 < path_of(TwoNumbers(), 800).norm(dim=1)[-1] < 1.6


def test_with_prediction_it_converges_as_measured():
    radius = path_of(TwoNumbers(), 800, techniques=[{"name": "prediction", "players": ("discriminator",)}]).norm(dim=1)
    assert abs(radius[499] - 0.114) < 0.005
    assert abs(radius[799] - 0.023) < 0.003


def test_two_time_scales_settle_where_equal_rates_do_not():
    # min over x, max over y of (1 + x^2)(100 - y^2) from (0.5, 0.5).
    def last_radius(lr_x, lr_y):
        gan = TwoNumbers(x=0.5, y=0.5, product=False)
        players = {"generator": {"lr": lr_x}, "discriminator": {"lr": lr_y}}
        return path_of(gan, 1000, players=players)[-100:].norm(dim=1).mean()

    assert last_radius(1e-3, 1e-2) < 1e-3
    assert last_radius(1e-2, 1e-2) > 0.3


def test_one_player_never_moves_another():
    gan = TwoNumbers()
    path = path_of(gan, 1)
    # x first: 1 - 0.1 * y = 0.9; then y sees the new x: 1 + 0.1 * 0.9.
    torch.testing.assert_close(path[0], torch.tensor([0.9, 1.09], dtype=torch.float64))


def test_a_schedule_scales_the_rate_over_the_run():
    gan = TwoNumbers()
    path = path_of(gan, 4, players={"generator": {"schedule": "linear"}, "discriminator": {"lr": 0.0}})
    steps = path[:, 0].diff().abs()
    torch.testing.assert_close(steps, torch.tensor([0.1, 0.1, 0.05], dtype=torch.float64))


def test_gradients_are_clipped_to_a_norm():
    gan = TwoNumbers(y=50.0)
    path = path_of(gan, 1, players={"generator": {"clip": 1.0}})
    assert abs(path[0, 0] - 0.9) < 1e-6


def test_a_step_that_is_not_finite_is_skipped_and_reported():
    gan = TwoNumbers()
    gan.payoff = lambda x, y: x * y * (float("nan") if gan.generator.value.item() < 0.85 else 1.0)
    run = Run(gan, nothing(), settle(gan, rounds=5))
    run.calendar.begin(run)
    for _ in range(5):
        play_round(run)
        run.round += 1
    assert torch.isfinite(gan.generator.value) and torch.isfinite(gan.discriminator.value)
    assert run.read_metrics()["skipped_updates"] == 7


def test_a_run_that_only_skips_stops_with_a_hint():
    gan = TwoNumbers()
    gan.payoff = lambda x, y: x * y * float("inf")
    with pytest.raises(NonFiniteError, match="not finite") as raised:
        ganzoo.train(gan, nothing(), rounds=60)
    assert "learning rate" in raised.value.hint
    assert gan.generator.value.item() == 1.0


def test_the_public_function_trains_the_same_game():
    gan = TwoNumbers()
    ganzoo.train(gan, nothing(), rounds=1)
    assert abs(gan.generator.value.item() - 0.9) < 1e-12

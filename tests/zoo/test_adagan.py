import pytest
import torch

import ganzoo
from ganzoo.testing.tiny import build_tiny
from ganzoo.training.plan import settle
from ganzoo.training.run import Run
from ganzoo.zoo.adagan import boosting_weights


@pytest.mark.parametrize("beta", [0.2, 0.5, 1.0])
def test_the_weights_solve_the_equation_of_theorem_1(beta):
    ratios = torch.rand(200, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 3

    def total(level):
        return ((level - (1 - beta) * ratios).clamp(min=0) / (beta * 200)).sum()

    low, high = torch.tensor(0.0, dtype=torch.float64), torch.tensor(10.0, dtype=torch.float64)
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if total(middle) < 1 else (low, middle)
    expected = (low - (1 - beta) * ratios).clamp(min=0) / (beta * 200)
    torch.testing.assert_close(boosting_weights(ratios, beta), expected, atol=1e-9, rtol=1e-6)


def test_uncovered_data_weigh_more_and_equal_data_alike():
    weights = boosting_weights(torch.tensor([0.0, 0.0, 2.0, 2.0]), 0.5)
    torch.testing.assert_close(weights, torch.tensor([0.5, 0.5, 0.0, 0.0], dtype=torch.float64))
    torch.testing.assert_close(boosting_weights(torch.ones(5), 0.3), torch.full((5,), 0.2, dtype=torch.float64))


def test_components_join_with_the_share_that_leaves_all_alike_and_the_pick_follows_the_shares():
    gan, data = build_tiny("adagan")
    run = Run(gan, data, settle(gan, rounds=20))
    for t in range(3):
        gan.keep(t, run)
    torch.testing.assert_close(gan.shares, torch.full((3,), 1 / 3))
    gan.shares.copy_(torch.tensor([0.5, 0.0, 0.5]))
    z = torch.randn(4, 2)
    made = gan.generate({"z": z, "pick": torch.tensor([0.1, 0.49, 0.51, 0.99])}, {})
    torch.testing.assert_close(made[:2], gan.generators[0](z[:2]))
    torch.testing.assert_close(made[2:], gan.generators[2](z[2:]))


def test_the_judge_s_phase_changes_the_data_s_weights_and_the_component_s_end_restores_them():
    gan, data = build_tiny("adagan")
    run = Run(gan, data, settle(gan, rounds=20))
    gan.reweigh(1, run)
    with torch.no_grad():
        expected = boosting_weights(torch.exp(-gan.classify(1, data.first(64)["x"])), 0.5)
    torch.testing.assert_close(run.data.weights, expected)
    gan.keep(1, run)
    assert run.data.weights is None
    bagging = ganzoo.create("adagan", data=data, width=8, boosting=False)
    run = Run(bagging, data, settle(bagging, rounds=20))
    bagging.reweigh(1, run)
    assert run.data.weights is None

"""Each penalty against its closed form, and where it looks."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from ganzoo.errors import CompatibilityError
from ganzoo.game import Turn
from ganzoo.penalties.dragan import Dragan
from ganzoo.penalties.gradient_penalty import GradientPenalty
from ganzoo.penalties.r1 import R1
from ganzoo.penalties.r2 import R2

Samples = tuple[Tensor, Tensor]
MakeTurn = Callable[..., Turn]


def symmetric(seed: int = 5) -> Tensor:
    weight = torch.randn(6, 6, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return weight + weight.T


@pytest.mark.parametrize("target", [0.0, 1.0, 2.5])
def test_gradient_penalty_of_a_linear_critic(
    target: float, toys: SimpleNamespace, turn: MakeTurn, samples: Samples
) -> None:
    weight = torch.tensor([3.0, 0, 0, 4.0, 0, 0], dtype=torch.float64)
    gan = toys.CriticOnly(toys.Linear(weight))
    value = GradientPenalty(target=target)(gan, {}, *samples, turn())
    torch.testing.assert_close(value.detach(), torch.tensor((5 - target) ** 2, dtype=torch.float64))


def test_gradient_penalty_of_a_quadratic_critic_at_the_points_between(
    toys: SimpleNamespace, turn: MakeTurn, samples: Samples
) -> None:
    weight = symmetric()
    gan = toys.CriticOnly(toys.Quadratic(weight))
    value = GradientPenalty()(gan, {}, *samples, turn())
    assert gan.kinds == ["between"]
    points = gan.shown[0].detach().flatten(1)
    torch.testing.assert_close(value.detach(), ((points @ weight).norm(dim=1) - 1).square().mean())


def test_each_pair_has_one_share_for_all_its_numbers_and_shares_are_uniform(
    toys: SimpleNamespace, turn: MakeTurn
) -> None:
    real, fake = torch.zeros(4000, 2, 3, dtype=torch.float64), torch.ones(4000, 2, 3, dtype=torch.float64)
    gan = toys.CriticOnly(toys.Linear(torch.ones(6, dtype=torch.float64)))
    GradientPenalty()(gan, {}, real, fake, turn())
    shares = gan.shown[0].detach().flatten(1)
    assert (shares == shares[:, :1]).all()
    sorted_shares = shares[:, 0].sort().values
    ranks = torch.arange(1, 4001, dtype=torch.float64) / 4000
    assert (sorted_shares - ranks).abs().max() < 1.63 / 4000**0.5  # Kolmogorov-Smirnov at 1 %


def test_shares_follow_the_turns_own_stream(toys: SimpleNamespace, turn: MakeTurn, samples: Samples) -> None:
    gan = toys.CriticOnly(toys.Quadratic(symmetric()))
    for seed in (1, 1, 2):
        GradientPenalty()(gan, {}, *samples, turn(seed))
    assert torch.equal(gan.shown[0], gan.shown[1])
    assert not torch.equal(gan.shown[0], gan.shown[2])


def test_gradient_penalty_needs_pairs(toys: SimpleNamespace, turn: MakeTurn, samples: Samples) -> None:
    real, fake = samples
    with pytest.raises(CompatibilityError, match="one shape"):
        GradientPenalty()(toys.CriticOnly(toys.Quadratic(symmetric())), {}, real, fake[:1], turn())


def test_dragan_looks_around_the_data_and_nowhere_else(toys: SimpleNamespace, turn: MakeTurn) -> None:
    real = 3 * torch.randn(500, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    weight = symmetric()
    gan = toys.CriticOnly(toys.Quadratic(weight))
    value = Dragan(spread=0.25)(gan, {}, real, torch.full_like(real, torch.nan), turn())
    assert gan.kinds == ["between"]
    points = gan.shown[0].detach()
    torch.testing.assert_close(value.detach(), ((points @ weight).norm(dim=1) - 1).square().mean())
    noise = (points - real) / (0.25 * real.std(correction=0))
    assert noise.abs().max() <= 1 and noise.abs().max() > 0.99
    assert noise.mean().abs() < 0.05 and abs(float(noise.var()) - 1 / 3) < 0.02


def test_r1_and_r2_are_half_the_mean_squared_gradient_at_their_own_samples(
    toys: SimpleNamespace, turn: MakeTurn, samples: Samples
) -> None:
    weight = symmetric()
    for penalty, x, kind in ((R1(), samples[0], "real"), (R2(), samples[1], "fake")):
        gan = toys.CriticOnly(toys.Quadratic(weight))
        value = penalty(gan, {}, *samples, turn())
        assert gan.kinds == [kind]
        expected = 0.5 * (x.flatten(1) @ weight).square().sum(1).mean()
        torch.testing.assert_close(value.detach(), expected)
        value.backward()
        x = x.flatten(1)
        gradient = (weight @ x.T @ x + x.T @ x @ weight) / 2 / len(x)
        torch.testing.assert_close(gan.discriminator.weight.grad, gradient)


def test_the_batch_reaches_the_critic(turn: MakeTurn, samples: Samples) -> None:
    labels = torch.arange(6)
    for penalty in (GradientPenalty(), Dragan(), R1(), R2()):
        seen = []

        def critic(x: Tensor, batch: dict[str, Tensor], kind: str, seen: list[Tensor] = seen) -> Tensor:
            seen.append(batch["y"])
            return x.flatten(1).square().sum(1) * batch["y"]

        penalty(SimpleNamespace(critic=critic), {"y": labels}, *samples, turn())
        assert seen[0] is labels

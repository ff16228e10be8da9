"""Where the games rest, and how strongly they pull: the properties for which each loss was proposed."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.losses import Loss
from ganzoo.losses.hinge import Hinge
from ganzoo.losses.least_squares import LeastSquares
from ganzoo.losses.minimax import Minimax
from ganzoo.losses.non_saturating import NonSaturating
from ganzoo.losses.relativistic import Relativistic
from ganzoo.losses.wasserstein import Wasserstein


def pull(loss: Loss, logit: float) -> float:
    """Size of the generator's gradient at one logit."""
    fake = torch.tensor([logit], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(loss.generator(fake), fake)
    return abs(float(gradient))


@pytest.mark.parametrize("loss", [Minimax(), NonSaturating()])
def test_the_discriminator_cannot_do_better_than_log_4_when_the_laws_agree(loss: Loss) -> None:
    logits = torch.linspace(-3, 3, 601, dtype=torch.float64)
    values = torch.stack([loss.discriminator(d[None], d[None]) for d in logits])
    assert abs(float(values.min()) - 2 * math.log(2)) < 1e-12
    assert logits[values.argmin()].abs() < 1e-12


def test_the_optimal_logit_is_the_log_density_ratio() -> None:
    p, q = torch.tensor([0.2, 0.5, 0.3]), torch.tensor([0.6, 0.1, 0.3])
    counts_real, counts_fake = (p * 10).round().long(), (q * 10).round().long()
    logits = torch.log(p / q).double().requires_grad_()
    value = NonSaturating().discriminator(logits.repeat_interleave(counts_real), logits.repeat_interleave(counts_fake))
    (gradient,) = torch.autograd.grad(value, logits)
    assert gradient.abs().max() < 1e-7
    jensen_shannon = 0.5 * (p * torch.log(2 * p / (p + q)) + q * torch.log(2 * q / (p + q))).sum()
    assert abs(float(value.detach()) - (math.log(4) - 2 * float(jensen_shannon))) < 1e-6


def test_minimax_saturates_where_the_fakes_are_rejected() -> None:
    for logit in (-4.0, -8.0):
        ratio = pull(Minimax(), logit) / pull(NonSaturating(), logit)
        assert abs(ratio - math.exp(logit)) < 1e-12


def test_least_squares_still_pulls_on_samples_far_on_the_right_side() -> None:
    assert pull(LeastSquares(), 6.0) > 10 * pull(NonSaturating(), 6.0)
    assert abs(pull(LeastSquares(), 6.0) - 5.0) < 1e-12


def test_least_squares_with_minus_one_one_zero_is_pearsons_chi_squared() -> None:
    p = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64)
    q = torch.tensor([0.6, 0.1, 0.3], dtype=torch.float64)
    loss = LeastSquares(real_target=1.0, fake_target=-1.0, generator_target=0.0)
    optimal = (p - q) / (p + q)
    counts_real, counts_fake = (p * 10).round().long(), (q * 10).round().long()

    def value(logits: Tensor) -> Tensor:
        real, fake = logits.repeat_interleave(counts_real), logits.repeat_interleave(counts_fake)
        return loss.discriminator(real, fake)

    assert torch.autograd.functional.jacobian(value, optimal).abs().max() < 1e-12
    both_sides = loss.generator(optimal.repeat_interleave(counts_fake)) + loss.generator(
        optimal.repeat_interleave(counts_real)
    )
    chi_squared = ((2 * q - (p + q)).square() / (p + q)).sum()
    assert abs(float(both_sides) - 0.5 * float(chi_squared)) < 1e-12


def test_least_squares_refuses_equal_targets() -> None:
    with pytest.raises(ConfigError, match="nothing to tell apart"):
        LeastSquares(real_target=0.0)


def test_wasserstein_measures_the_distance_of_two_shifted_points() -> None:
    critic = -torch.tensor([2.0, 5.0, 7.0])
    assert float(-Wasserstein().discriminator(critic, critic - 3.0)) == 3.0


def test_hinge_leaves_samples_beyond_the_margin_alone() -> None:
    real = torch.tensor([1.5, 0.5], requires_grad=True)
    fake = torch.tensor([-1.5, -0.5], requires_grad=True)
    real_gradient, fake_gradient = torch.autograd.grad(Hinge().discriminator(real, fake), (real, fake))
    assert real_gradient.tolist() == [0.0, -0.5]
    assert fake_gradient.tolist() == [0.0, 0.5]


def test_relativistic_sees_differences_only_and_both_sides_mirror_each_other() -> None:
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, 9, generator=rng, dtype=torch.float64)
    loss = Relativistic()
    torch.testing.assert_close(loss.discriminator(real + 5, fake + 5), loss.discriminator(real, fake))
    torch.testing.assert_close(loss.generator(fake, real), loss.discriminator(fake, real))
    assert abs(float(loss.discriminator(real, real)) - math.log(2)) < 1e-12


def test_relativistic_needs_pairs() -> None:
    loss = Relativistic()
    assert loss.needs_real
    with pytest.raises(ConfigError, match="real data"):
        loss.generator(torch.zeros(3))
    with pytest.raises(ConfigError, match="as many real as fake"):
        loss.discriminator(torch.zeros(3), torch.zeros(1))
    with pytest.raises(ConfigError, match="as many real as fake"):
        loss.generator(torch.zeros(3), torch.zeros(1))

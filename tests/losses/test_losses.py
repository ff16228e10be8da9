"""What holds for every loss: closed forms, exact gradients, patches, extreme logits, entries."""

from __future__ import annotations

import importlib
import math

import pytest
import torch
from torch import Tensor

from ganzoo.catalog.losses import ENTRIES
from ganzoo.losses import Loss
from ganzoo.losses.hinge import Hinge
from ganzoo.losses.least_squares import LeastSquares
from ganzoo.losses.minimax import Minimax
from ganzoo.losses.non_saturating import NonSaturating
from ganzoo.losses.relativistic import Relativistic
from ganzoo.losses.wasserstein import Wasserstein

ALL = [Minimax(), NonSaturating(), LeastSquares(), Wasserstein(), Hinge(), Relativistic()]
NAMES = [type(loss).__name__ for loss in ALL]

# Values worked out by hand for the logits real = (2, -1), fake = (-0.5, 3).
REAL, FAKE = [2.0, -1.0], [-0.5, 3.0]


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


EXPECTED = {
    "Minimax": ((softplus(-2) + softplus(1) + softplus(-0.5) + softplus(3)) / 2, -(softplus(-0.5) + softplus(3)) / 2),
    "NonSaturating": (
        (softplus(-2) + softplus(1) + softplus(-0.5) + softplus(3)) / 2,
        (softplus(0.5) + softplus(-3)) / 2,
    ),
    "LeastSquares": ((1 + 4 + 0.25 + 9) / 4, (2.25 + 4) / 4),
    "Wasserstein": (1.25 - 0.5, -1.25),
    "Hinge": ((0 + 2 + 0.5 + 4) / 2, -1.25),
    "Relativistic": ((softplus(-2.5) + softplus(4)) / 2, (softplus(2.5) + softplus(-4)) / 2),
}


def double(values: list[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize("loss", ALL, ids=NAMES)
def test_closed_form(loss: Loss) -> None:
    discriminator, generator = EXPECTED[type(loss).__name__]
    assert abs(float(loss.discriminator(double(REAL), double(FAKE))) - discriminator) < 1e-12
    assert abs(float(loss.generator(double(FAKE), double(REAL))) - generator) < 1e-12


@pytest.mark.parametrize("loss", ALL, ids=NAMES)
def test_gradients_agree_with_finite_differences(loss: Loss) -> None:
    rng = torch.Generator().manual_seed(0)
    real = torch.randn(7, generator=rng, dtype=torch.float64).requires_grad_()
    fake = torch.randn(7, generator=rng, dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(loss.discriminator, (real, fake))
    if loss.needs_real:
        assert torch.autograd.gradcheck(loss.generator, (fake, real))
    else:
        assert torch.autograd.gradcheck(loss.generator, (fake,))


@pytest.mark.parametrize("loss", ALL, ids=NAMES)
def test_a_generator_step_raises_the_logits_of_fakes_and_a_discriminator_step_lowers_them(loss: Loss) -> None:
    real, fake = double(REAL).mul(0.3), double(FAKE).mul(0.3).requires_grad_()
    (push,) = torch.autograd.grad(loss.generator(fake, real), fake)
    assert (push < 0).all()
    (push,) = torch.autograd.grad(loss.discriminator(real, fake), fake)
    assert push.sum() > 0


@pytest.mark.parametrize("loss", ALL, ids=NAMES)
def test_patch_logits_are_averaged(loss: Loss) -> None:
    rng = torch.Generator().manual_seed(1)
    real, fake = torch.randn(2, 3, 1, 4, 5, generator=rng, dtype=torch.float64)
    assert loss.discriminator(real, fake).shape == ()
    torch.testing.assert_close(loss.discriminator(real, fake), loss.discriminator(real.flatten(), fake.flatten()))
    torch.testing.assert_close(loss.generator(fake, real), loss.generator(fake.flatten(), real.flatten()))


@pytest.mark.parametrize("loss", ALL, ids=NAMES)
def test_extreme_logits_stay_finite_in_single_precision(loss: Loss) -> None:
    real = torch.tensor([1e4, -1e4, 1e4, -1e4], requires_grad=True)
    fake = torch.tensor([1e4, 1e4, -1e4, -1e4], requires_grad=True)
    for value in (loss.discriminator(real, fake), loss.generator(fake, real)):
        gradients = torch.autograd.grad(value, (real, fake), allow_unused=True)
        assert value.isfinite()
        assert all(g.isfinite().all() for g in gradients if g is not None)


def test_every_entry_names_its_loss() -> None:
    for entry in ENTRIES:
        module, attribute = entry.target.split(":")
        assert isinstance(getattr(importlib.import_module(module), attribute)(), Loss)
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES) == len(ALL)

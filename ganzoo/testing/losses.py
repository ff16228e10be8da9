"""What an adversarial loss must do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganzoo.core import components, entries
from ganzoo.core.registered import Registered
from ganzoo.errors import GanzooError
from ganzoo.losses import Loss
from ganzoo.testing.requirement import CheckFailed, one_line, require, since
from ganzoo.testing.tiny import random_states, same

SHAPES = ((6,), (1,), (3, 1, 2, 2))
SIDES = ("discriminator", "generator")


class LossTrial:
    """A loss under test."""

    def __init__(self, found: Registered[Any]) -> None:
        self.found = found

    def build(self) -> Loss:
        loss: Loss = components.build(entries.Loss, {"name": self.found.name, **self.found.entry.tiny})
        return loss

    def value(self, side: str, real: Tensor, fake: Tensor) -> Tensor:
        """What one side makes small."""
        loss = self.build()
        if side == "discriminator":
            return loss.discriminator(real, fake)
        return loss.generator(fake, real if loss.needs_real else None)


@since("0.1")
def gives_finite_scalars(trial: LossTrial) -> None:
    """For logits (N,) and for those of patches (N, 1, H, W), each side is a finite scalar of the logits' type."""
    for side in SIDES:
        for shape in SHAPES:
            real, fake = logits(shape, 0), logits(shape, 1)
            try:
                value = trial.value(side, real, fake)
            except Exception as error:
                raise CheckFailed(
                    f"the {side}'s side fails for logits of shape {shape}: {one_line(error)}",
                    mend="reduce with .mean() over all logits",
                ) from error
            require(
                isinstance(value, Tensor) and value.shape == () and value.dtype == real.dtype,
                f"for logits of shape {shape} the {side}'s side is {_describe(value)}, not a scalar tensor of float32",
                mend="reduce with .mean() over all logits, and return the tensor itself",
            )
            require(value.isfinite(), f"the {side}'s side is {float(value)}", mend="see stays_finite")


@since("0.1")
def stays_finite(trial: LossTrial) -> None:
    """A critic that is very sure makes neither the loss nor its gradient infinite or NaN."""
    for side in SIDES:
        for size in (-1e4, 1e4):
            real, fake = (torch.full((4,), value, requires_grad=True) for value in (size, -size))
            value = trial.value(side, real, fake)
            value.backward()
            grads = [logit.grad for logit in (real, fake) if logit.grad is not None]
            require(
                value.isfinite() and all(bool(grad.isfinite().all()) for grad in grads),
                f"with real logits of {size:g} and fake ones of {-size:g} the {side}'s side or gradient is infinite",
                mend="use softplus(-x) for -log(sigmoid(x)), and take no log or exp of raw logits",
            )


@since("0.1")
def gradients_point_the_right_way(trial: LossTrial) -> None:
    """The discriminator raises real logits and lowers fake ones; the generator raises fake ones."""
    real, fake = (logits((6,), seed).mul(0.1).add(0.3).requires_grad_() for seed in (0, 1))
    trial.value("discriminator", real, fake).backward()
    for name, logit, sign in (("real", real, -1), ("fake", fake, 1)):
        require(
            logit.grad is not None and bool((logit.grad * sign > 0).all()),
            f"making the discriminator's side small does not {'raise' if sign < 0 else 'lower'} {name} logits",
            mend="both sides are minimised: mind the signs, and detach nothing",
        )
    fake = fake.detach().requires_grad_()
    trial.value("generator", real.detach(), fake).backward()
    require(
        fake.grad is not None and bool((fake.grad < 0).all()),
        "making the generator's side small does not raise fake logits",
        mend="both sides are minimised: the generator wants its samples to be judged real",
    )


@since("0.1")
def is_a_mean(trial: LossTrial) -> None:
    """The loss does not grow with the batch size."""
    for side in SIDES:
        real, fake = logits((6,), 0), logits((6,), 1)
        once, twice = trial.value(side, real, fake), trial.value(side, real.repeat(2), fake.repeat(2))
        require(
            torch.isclose(once, twice, rtol=1e-5, atol=1e-6),
            f"twice the same batch changes the {side}'s side",
            mend="use .mean() where there is .sum(), or learning rates depend on the batch size",
        )


@since("0.1")
def reads_no_values(trial: LossTrial) -> None:
    """No tensor's value is read, so that nothing waits for the device and a round can be compiled."""
    for side in SIDES:
        real, fake = (torch.zeros(6, device="meta") for _ in "rf")
        try:
            trial.value(side, real, fake)
        except Exception as error:
            raise CheckFailed(
                f"the {side}'s side cannot be taken of logits without values: {one_line(error)}",
                mend="no .item(), float(), print or `if` on a tensor: use torch.where, clamp and relu",
            ) from error


@since("0.1")
def says_whether_it_needs_real(trial: LossTrial) -> None:
    """The generator's side depends on real logits if `needs_real` says so, and works without them if it does not."""
    loss, real, fake = trial.build(), logits((6,), 0), logits((6,), 1)
    if not loss.needs_real:
        try:
            loss.generator(fake, None)
        except Exception as error:
            raise CheckFailed(
                f"needs_real is False, but without real logits: {one_line(error)}", mend="set needs_real = True"
            ) from error
        return
    require(
        loss.generator(fake, real) != loss.generator(fake, real + 1),
        "needs_real is True, but real logits make no difference to the generator's side",
        mend="set needs_real = False, which spares the critic a pass",
    )
    try:
        loss.generator(fake, None)
    except GanzooError:
        return
    except Exception as error:
        raise CheckFailed(
            f"without the real logits that it needs it ends in {one_line(error)}", mend="raise ConfigError, saying so"
        ) from error


@since("0.1")
def holds_no_state(trial: LossTrial) -> None:
    """Asked twice, it gives the same; it draws no random number and changes no logit."""
    loss, states = trial.build(), random_states()
    for side in SIDES:
        real, fake = logits((6,), 0), logits((6,), 1)
        arguments = (real, fake) if side == "discriminator" else (fake, real if loss.needs_real else None)
        values = [getattr(loss, side)(*arguments) for _ in range(2)]
        require(
            torch.equal(*values) and torch.equal(real, logits((6,), 0)) and torch.equal(fake, logits((6,), 1)),
            f"the {side}'s side is not the same twice, or changes the logits in place",
            mend="a loss holds no state: what must be remembered belongs into a technique or the GAN",
        )
    require(not same(states, random_states()), "it draws random numbers", mend="losses are deterministic")


def logits(shape: tuple[int, ...], seed: int) -> Tensor:
    """The same logits for the same shape and seed; the global generator stays where it is."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def _describe(value: Any) -> str:
    return f"{value.dtype} of shape {tuple(value.shape)}" if isinstance(value, Tensor) else f"a {type(value).__name__}"


def trial_of(found: Registered[Any], fingerprints: Path | None) -> LossTrial:
    return LossTrial(found)


def checks_of(found: Registered[Any], fingerprints: Path | None) -> tuple[Callable[[Any], None], ...]:
    return CHECKS


CHECKS = (
    gives_finite_scalars,
    stays_finite,
    gradients_point_the_right_way,
    is_a_mean,
    reads_no_values,
    says_whether_it_needs_real,
    holds_no_state,
)

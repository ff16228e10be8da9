"""Stochastic gradient Hamiltonian Monte Carlo: descent that ends up drawing weights from their posterior."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from ganzoo.errors import ConfigError


def sghmc(
    parameters: Iterable[nn.Parameter],
    *,
    generator: torch.Generator,
    lr: float = 0.01,
    friction: float = 0.05,
    temperature: float = 1.0,
) -> SGHMC:
    """An optimiser that samples; see `SGHMC`. `generator` must be on the parameters' device."""
    return SGHMC(parameters, generator=generator, lr=lr, friction=friction, temperature=temperature)


class SGHMC(torch.optim.Optimizer):
    """Gradient descent with momentum, and noise that makes up for the friction (arXiv:1402.4102, equation 15).

        v <- (1 - friction) v - lr * gradient + N(0, 2 * friction * lr * temperature)
        parameters <- parameters + v

    In the long run the parameters are drawn from exp(-loss / temperature), up to an error of the order of lr.

    Args:
        parameters: all on one device.
        generator: source of the noise, on that device; the caller keeps its state.
        lr: learning rate (eta); the noise follows when a schedule changes it.
        friction: share of the velocity lost per step (alpha), above 0, at most 1.
        temperature: of the law that is drawn from. A posterior is exp(-sum of the losses of the N data), and a
            training loss is that sum divided by N (the prior's share too): 1 / N makes the two agree. 0 is
            gradient descent with momentum.

    Raises ConfigError for settings out of range. State: "velocity" of each parameter.
    """

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        *,
        generator: torch.Generator,
        lr: float,
        friction: float,
        temperature: float,
    ) -> None:
        if lr < 0 or temperature < 0 or not 0 < friction <= 1:
            raise ConfigError(
                f"lr={lr}, friction={friction}, temperature={temperature}: lr and temperature must be 0 or more, "
                "friction above 0 and at most 1"
            )
        super().__init__(parameters, {"lr": lr, "friction": friction, "temperature": temperature})
        self.generator = generator

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One update of the parameters that have gradients. Returns the closure's value, if one is given."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            moved = [p for p in group["params"] if p.grad is not None]
            if moved:
                self.move(moved, group["lr"], group["friction"], group["temperature"])
        return loss

    def move(self, parameters: list[Tensor], lr: float, friction: float, temperature: float) -> None:
        """One update of these parameters, in a few operations whatever their number."""
        for p in parameters:
            if "velocity" not in self.state[p]:
                self.state[p]["velocity"] = torch.zeros_like(p, memory_format=torch.preserve_format)
        velocities = [self.state[p]["velocity"] for p in parameters]
        torch._foreach_mul_(velocities, 1 - friction)
        torch._foreach_add_(velocities, [p.grad for p in parameters if p.grad is not None], alpha=-lr)
        if temperature > 0:
            torch._foreach_add_(velocities, self.noise(parameters), alpha=math.sqrt(2 * friction * lr * temperature))
        torch._foreach_add_(parameters, velocities)

    def noise(self, parameters: list[Tensor]) -> list[Tensor]:
        """Standard normal numbers in the shapes of the parameters: one draw, cut up."""
        sizes = [p.numel() for p in parameters]
        flat = torch.randn(sum(sizes), generator=self.generator, device=parameters[0].device, dtype=parameters[0].dtype)
        return [piece.view(p.shape) for piece, p in zip(flat.split(sizes), parameters, strict=True)]

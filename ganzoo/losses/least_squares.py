"""Least squares in place of the logarithm: samples far on the right side of the boundary still count."""

from __future__ import annotations

from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.losses.loss import Loss


class LeastSquares(Loss):
    """Half squared distances of the raw outputs from targets (arXiv:1611.04076, equation 2).

    Args:
        real_target: b, what the discriminator should say of real data.
        fake_target: a, what it should say of fakes.
        generator_target: c, what the generator wants it to say of fakes.

    (1, 0, 1) is the paper's 0-1 coding; (1, -1, 0) makes the generator minimise Pearson's chi-squared divergence.
    The critic's output must be unbounded: no sigmoid. Raises ConfigError where the targets of real and fake agree.
    """

    def __init__(self, *, real_target: float = 1.0, fake_target: float = 0.0, generator_target: float = 1.0) -> None:
        if real_target == fake_target:
            raise ConfigError(
                f"real_target and fake_target are both {real_target}: the discriminator has nothing to tell apart",
                hint="the paper uses real_target=1, fake_target=0, generator_target=1",
            )
        self.real_target = real_target
        self.fake_target = fake_target
        self.generator_target = generator_target
        self.zero_divides = real_target == -fake_target

    def discriminator(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        real = (real_logits - self.real_target).square().mean()
        fake = (fake_logits - self.fake_target).square().mean()
        return 0.5 * (real + fake)

    def generator(self, fake_logits: Tensor, real_logits: Tensor | None = None) -> Tensor:
        return 0.5 * (fake_logits - self.generator_target).square().mean()

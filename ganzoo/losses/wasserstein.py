"""The earth mover's distance, for critics that are kept Lipschitz by a penalty, clipping or normalisation."""

from __future__ import annotations

from torch import Tensor

from ganzoo.losses.loss import Loss


class Wasserstein(Loss):
    """The critic makes -(E f(x) - E f(G(z))) small, the generator -E f(G(z)) (arXiv:1701.07875, equations 2 and 3).

    Minus the critic's loss estimates the distance, up to the critic's Lipschitz constant. Nothing here bounds the
    critic: combine with `gradient-penalty`, `weight-clip` or spectral normalisation.
    """

    zero_divides = False

    def discriminator(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        return fake_logits.mean() - real_logits.mean()

    def generator(self, fake_logits: Tensor, real_logits: Tensor | None = None) -> Tensor:
        return -fake_logits.mean()

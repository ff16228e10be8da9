"""The margin loss of SAGAN and BigGAN: samples beyond the margin no longer move the discriminator."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import relu

from ganzoo.losses.loss import Loss


class Hinge(Loss):
    """D: E max(0, 1 - d(x)) + E max(0, 1 + d(G(z))); G: -E d(G(z)) (arXiv:1705.02894, equations 14 to 16)."""

    def discriminator(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        return relu(1 - real_logits).mean() + relu(1 + fake_logits).mean()

    def generator(self, fake_logits: Tensor, real_logits: Tensor | None = None) -> Tensor:
        return -fake_logits.mean()

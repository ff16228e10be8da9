"""The loss of nearly every GAN trained with a sigmoid: the generator's gradient stays where it is needed."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import softplus

from ganzoo.losses.loss import Loss


class NonSaturating(Loss):
    """The discriminator's side of `Minimax`; the generator makes -E log D(G(z)) small (arXiv:1406.2661, section 3).

    The fixed point is that of the zero-sum game, but the gradient is largest where the discriminator rejects.
    """

    def discriminator(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        return softplus(-real_logits).mean() + softplus(fake_logits).mean()

    def generator(self, fake_logits: Tensor, real_logits: Tensor | None = None) -> Tensor:
        return softplus(-fake_logits).mean()

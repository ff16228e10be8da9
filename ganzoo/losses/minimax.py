"""The zero-sum game in which GANs were introduced."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import softplus

from ganzoo.losses.loss import Loss


class Minimax(Loss):
    """Both sides of V = E log D(x) + E log(1 - D(G(z))), with D = sigmoid(logit) (arXiv:1406.2661, equation 1).

    The discriminator makes -V small, the generator V. At the optimal discriminator of a perfect generator every
    logit is 0 and the discriminator's loss is log 4. The generator's gradient vanishes where the discriminator
    is sure of the fakes; `NonSaturating` is the remedy.
    """

    def discriminator(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        return softplus(-real_logits).mean() + softplus(fake_logits).mean()

    def generator(self, fake_logits: Tensor, real_logits: Tensor | None = None) -> Tensor:
        return -softplus(fake_logits).mean()

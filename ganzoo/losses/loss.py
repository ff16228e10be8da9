"""What an adversarial loss is."""

from __future__ import annotations

from torch import Tensor


class Loss:
    """Two sides of one game over a critic's outputs; both are to be minimised.

    Outputs of the critic are unbounded logits (or scores) of shape (N,), or (N, 1, H, W) for critics of patches;
    the result is a scalar, the mean over all of them. Losses hold no state and never read a tensor's value.

    `needs_real` says whether the generator's side compares with real data; where it does not, `real_logits` is None
    and the critic is spared the pass.

    `zero_divides` says whether a logit above 0 means "real": where only differences count, its sign says nothing.
    """

    needs_real = False
    zero_divides = True

    def discriminator(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        """What the discriminator makes small."""
        raise NotImplementedError

    def generator(self, fake_logits: Tensor, real_logits: Tensor | None = None) -> Tensor:
        """What the generator makes small."""
        raise NotImplementedError

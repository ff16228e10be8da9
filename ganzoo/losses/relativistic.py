"""The relativistic pairing loss: each fake is judged against a real sample, which leaves no bad local minima."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import softplus

from ganzoo.errors import ConfigError
from ganzoo.losses.loss import Loss


class Relativistic(Loss):
    """D: E softplus(d(G(z)) - d(x)); G: E softplus(d(x) - d(G(z))), over pairs (arXiv:1807.00734; arXiv:2501.05441).

    Sample i of the fakes is paired with sample i of the real data; the pairing is random because both batches are.
    With equal logits either side's loss is log 2. R3GAN adds the penalties `r1` and `r2`, without which the game
    need not converge. Raises ConfigError when the two batches differ in shape.
    """

    needs_real = True
    zero_divides = False

    def discriminator(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
        check_pairs(real_logits, fake_logits)
        return softplus(fake_logits - real_logits).mean()

    def generator(self, fake_logits: Tensor, real_logits: Tensor | None = None) -> Tensor:
        if real_logits is None:
            raise ConfigError(
                "the relativistic loss compares fakes with real data in the generator's turn too",
                hint="show the critic the real batch where loss.needs_real is true, and pass its logits",
            )
        check_pairs(real_logits, fake_logits)
        return softplus(real_logits - fake_logits).mean()


def check_pairs(real_logits: Tensor, fake_logits: Tensor) -> None:
    """Logits of two shapes would broadcast into pairs that nobody meant."""
    if real_logits.shape != fake_logits.shape:
        raise ConfigError(
            f"relativistic pairs need as many real as fake logits, not {tuple(real_logits.shape)} and "
            f"{tuple(fake_logits.shape)}",
            hint="generate as many fakes as the real batch has items",
        )

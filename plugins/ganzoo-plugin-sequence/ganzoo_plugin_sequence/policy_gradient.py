"""The gradient of an expected reward, through the probability of what was drawn."""

from __future__ import annotations

from torch import Tensor


def policy_gradient_loss(log_probabilities: Tensor, values: Tensor) -> Tensor:
    """A scalar whose gradient is that of the negative expected reward, in the mean over draws.

    Args:
        log_probabilities: (N, T) of the tokens that were drawn, with gradients.
        values: (N, T) of those tokens; gradients do not pass through them.

    -1/N sum_n sum_t Q_nt log p(ids_nt | ids_n<t): equation 8 of arXiv:1609.05473.
    """
    return -(values.detach() * log_probabilities).sum(1).mean()


def advantages(values: Tensor) -> Tensor:
    """Values (N, T) less their mean over the batch, step by step.

    A baseline that knows nothing of the token leaves the expected gradient as it is, and takes most of its variance.
    This one holds a share of the item's own value too, which scales the gradient by 1 - 1/N.
    """
    return values - values.mean(0)

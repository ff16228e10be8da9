"""Total variation distance of two distributions: TV = 1/2 sum_k |p_k - q_k|, the largest difference on any event.

Lower is better; in [0, 1], 0 for equal and 1 for disjoint supports. Between the shares of two draws of
one law it is above 0 by chance: about sqrt(K / (pi N)) for K equally likely things and N items in each draw.
"""

from __future__ import annotations

from torch import Tensor

from ganzoo.metrics.inputs import as_distributions


def total_variation(p: Tensor, q: Tensor) -> float:
    """TV in [0, 1] of two sets of weights (K,): counts or shares, normalised here."""
    first, second = as_distributions(p, q)
    return float((first - second).abs().sum()) / 2

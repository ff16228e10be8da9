"""Jensen-Shannon divergence of two distributions: JSD = KL(p || m) / 2 + KL(q || m) / 2 with m = (p + q) / 2.

Source: Lin 1991, "Divergence measures based on the Shannon entropy"; what the original GAN makes small. Lower is
better; symmetric, 0 for equal and log 2 for disjoint supports (in nats). Between histograms it depends on the bins and
is above 0 for two draws of one law.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ganzoo.metrics.inputs import as_distributions


def jensen_shannon(p: Tensor, q: Tensor) -> float:
    """JSD in nats, in [0, log 2], of two sets of weights (K,): counts or shares, normalised here."""
    first, second = as_distributions(p, q)
    middle = (first + second) / 2
    xlogy = torch.special.xlogy
    terms = xlogy(first, first) + xlogy(second, second) - 2 * xlogy(middle, middle)
    return min(math.log(2), max(0.0, float(terms.sum()) / 2))

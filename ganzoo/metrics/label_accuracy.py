"""Label accuracy: how often a conditional generator made what it was asked for.

accuracy = mean over i of [judge(G(z_i, y_i)) = y_i]; in [0, 1], higher is better. Blind to diversity (one perfect image
per class scores 1) and bounded by the judge: report the judge's accuracy on real data beside it.
"""

from __future__ import annotations

from torch import Tensor

from ganzoo.metrics.inputs import as_labels


def label_accuracy(predicted: Tensor, wanted: Tensor) -> float:
    """Share of the N items whose predicted label, such as a judge's, is the wanted one; integers (N,) each."""
    first, second = as_labels(predicted, wanted)
    return float((first == second).double().mean())

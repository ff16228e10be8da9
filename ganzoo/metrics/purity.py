"""How far a clustering agrees with the true classes: purity and normalised mutual information.

With n_kc items of class c in cluster k: purity = 1/n sum_k max_c n_kc; NMI = 2 I(K; C) / (H(K) + H(C)) (Manning et al.
2008, "Introduction to Information Retrieval", section 16.3). Both lie in [0, 1], higher is better, and neither cares
what the clusters are called. Purity grows with the number of clusters and is 1 if each item is its own; NMI is not as
easily fooled, but is above 0 for random clusters of few items.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo.metrics.inputs import as_labels


def purity(clusters: Tensor, classes: Tensor) -> float:
    """Share of items that are of their cluster's most frequent class; integers (N,) each."""
    return float(joint_shares(clusters, classes).max(dim=1).values.sum())


def normalised_mutual_information(clusters: Tensor, classes: Tensor) -> float:
    """NMI, normalised by the mean of the entropies; 1 if both put all items into one group; integers (N,) each."""
    joint = joint_shares(clusters, classes)
    of_clusters, of_classes = entropy(joint.sum(dim=1)), entropy(joint.sum(dim=0))
    if of_clusters + of_classes == 0.0:
        return 1.0
    information = of_clusters + of_classes - entropy(joint.flatten())
    return min(1.0, max(0.0, 2 * information / (of_clusters + of_classes)))


def joint_shares(clusters: Tensor, classes: Tensor) -> Tensor:
    """n_kc / n, (clusters, classes), over the values that occur."""
    first, second = as_labels(clusters, classes)
    rows, row = first.unique(return_inverse=True)
    columns, column = second.unique(return_inverse=True)
    counts = torch.bincount(row * len(columns) + column, minlength=len(rows) * len(columns))
    return counts.reshape(len(rows), len(columns)).double() / len(first)


def entropy(shares: Tensor) -> float:
    """-sum p log p in nats, with 0 log 0 = 0."""
    return float(-torch.special.xlogy(shares, shares).sum())

from __future__ import annotations

import pytest
import torch

from ganzoo.errors import DataError
from ganzoo.metrics.purity import normalised_mutual_information, purity


def test_purity_counts_the_majority_of_each_cluster() -> None:
    clusters, classes = torch.tensor([0, 0, 0, 1, 1, 1, 1]), torch.tensor([5, 5, 2, 2, 2, 2, 5])
    assert purity(clusters, classes) == pytest.approx((2 + 3) / 7)
    assert purity(classes, clusters) == pytest.approx((2 + 3) / 7)


def test_names_of_clusters_do_not_matter() -> None:
    classes = torch.tensor([0, 0, 1, 1, 2, 2])
    renamed = torch.tensor([7, 7, 3, 3, 0, 0])
    assert purity(renamed, classes) == normalised_mutual_information(renamed, classes) == pytest.approx(1.0)


def test_independent_labels_share_no_information() -> None:
    clusters, classes = torch.arange(12) % 3, torch.arange(12) // 6
    assert normalised_mutual_information(clusters, classes) == pytest.approx(0.0, abs=1e-12)
    assert normalised_mutual_information(torch.zeros_like(classes), classes) == 0.0
    assert normalised_mutual_information(torch.zeros_like(classes), torch.zeros_like(classes)) == 1.0


def test_information_agrees_with_scikit_learn() -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    rng = torch.Generator().manual_seed(0)
    clusters, classes = (torch.randint(0, k, (500,), generator=rng) for k in (6, 4))
    clusters = torch.where(torch.rand(500, generator=rng) < 0.5, classes, clusters)
    expected = sklearn.normalized_mutual_info_score(classes.numpy(), clusters.numpy())
    assert normalised_mutual_information(clusters, classes) == pytest.approx(expected, abs=1e-9)


def test_what_are_no_labels_is_refused() -> None:
    with pytest.raises(DataError, match="integers"):
        purity(torch.rand(4), torch.arange(4))
    with pytest.raises(DataError, match="3 labels"):
        purity(torch.arange(3), torch.arange(4))

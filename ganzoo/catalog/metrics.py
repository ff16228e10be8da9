"""The built-in scores. "Higher" or "lower" in a summary says which way is better."""

from __future__ import annotations

from ganzoo.core import entries

ENTRIES = [
    entries.Metric(
        name="modes-captured",
        summary="Number of a mixture's modes with high-quality samples (higher)",
        target="ganzoo.metrics.modes:modes_captured",
        tags=("coverage", "points"),
    ),
    entries.Metric(
        name="high-quality-share",
        summary="Share of samples within 3 std of a mixture's nearest centre (higher)",
        target="ganzoo.metrics.modes:high_quality_share",
        paper="arXiv:1712.04086",
        year=2018,
        tags=("quality", "points"),
    ),
    entries.Metric(
        name="reverse-kl",
        summary="KL divergence of the samples' mode shares from the true ones (lower)",
        target="ganzoo.metrics.reverse_kl:reverse_kl",
        paper="arXiv:1611.02163",
        year=2017,
        tags=("coverage", "points"),
    ),
    entries.Metric(
        name="sliced-wasserstein",
        summary="Sliced Wasserstein-2 distance over 128 fixed directions (lower)",
        target="ganzoo.metrics.sliced_wasserstein:sliced_wasserstein",
        year=2015,
        tags=("distance",),
        aliases=("swd",),
    ),
    entries.Metric(
        name="purity",
        summary="Share of items of their cluster's most frequent class (higher)",
        target="ganzoo.metrics.purity:purity",
        tags=("clustering", "labels"),
    ),
    entries.Metric(
        name="normalised-mutual-information",
        summary="Mutual information of clusters and classes over their mean entropy (higher)",
        target="ganzoo.metrics.purity:normalised_mutual_information",
        tags=("clustering", "labels"),
        aliases=("nmi",),
    ),
    entries.Metric(
        name="label-accuracy",
        summary="Share of conditional samples that a judge recognises as what was asked for (higher)",
        target="ganzoo.metrics.label_accuracy:label_accuracy",
        tags=("labels",),
    ),
    entries.Metric(
        name="frechet",
        summary="Frechet distance of two sets of features (lower)",
        target="ganzoo.metrics.frechet:frechet",
        paper="arXiv:1706.08500",
        year=2017,
        tags=("distance", "features"),
    ),
    entries.Metric(
        name="digits-frechet",
        summary="Frechet distance of images of digits in the digits judge's features (lower)",
        target="ganzoo.metrics.digits_frechet:digits_frechet",
        tags=("distance", "digits"),
    ),
    entries.Metric(
        name="kernel-distance",
        summary="Unbiased squared MMD of features with a cubic kernel (lower)",
        target="ganzoo.metrics.kernel_distance:kernel_distance",
        paper="arXiv:1801.01401",
        year=2018,
        tags=("distance", "features"),
        aliases=("kid",),
    ),
    entries.Metric(
        name="memorisation",
        summary="Share of samples suspiciously close to a training item (lower)",
        target="ganzoo.metrics.memorisation:memorisation",
        tags=("overfitting",),
    ),
    entries.Metric(
        name="jensen-shannon",
        summary="Jensen-Shannon divergence of two distributions, in nats (lower)",
        target="ganzoo.metrics.jensen_shannon:jensen_shannon",
        year=1991,
        tags=("distance", "distributions"),
        aliases=("jsd",),
    ),
    entries.Metric(
        name="total-variation",
        summary="Total variation distance of two distributions (lower)",
        target="ganzoo.metrics.total_variation:total_variation",
        tags=("distance", "distributions"),
    ),
]

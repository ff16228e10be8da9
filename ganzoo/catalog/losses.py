"""The adversarial losses of the built-in zoo."""

from ganzoo.core import entries

ENTRIES = [
    entries.Loss(
        name="minimax",
        target="ganzoo.losses.minimax:Minimax",
        summary="The original zero-sum game; the generator's gradient saturates",
        paper="arXiv:1406.2661",
        year=2014,
    ),
    entries.Loss(
        name="non-saturating",
        target="ganzoo.losses.non_saturating:NonSaturating",
        summary="The generator maximises log D of its samples: strong gradients where it is rejected",
        paper="arXiv:1406.2661",
        year=2014,
    ),
    entries.Loss(
        name="least-squares",
        target="ganzoo.losses.least_squares:LeastSquares",
        summary="LSGAN: squared distances of raw outputs from targets",
        paper="arXiv:1611.04076",
        year=2016,
    ),
    entries.Loss(
        name="wasserstein",
        target="ganzoo.losses.wasserstein:Wasserstein",
        summary="Difference of mean scores, for critics that are kept Lipschitz",
        paper="arXiv:1701.07875",
        year=2017,
    ),
    entries.Loss(
        name="hinge",
        target="ganzoo.losses.hinge:Hinge",
        summary="Margin loss of geometric GAN, SAGAN and BigGAN",
        paper="arXiv:1705.02894",
        year=2017,
    ),
    entries.Loss(
        name="relativistic",
        target="ganzoo.losses.relativistic:Relativistic",
        summary="Relativistic pairing (RpGAN, R3GAN): each fake against a real sample",
        paper="arXiv:1807.00734",
        year=2018,
    ),
]

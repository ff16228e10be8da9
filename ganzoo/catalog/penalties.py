"""The penalties of the built-in zoo."""

from ganzoo.core import entries

ENTRIES = [
    entries.Penalty(
        name="gradient-penalty",
        target="ganzoo.penalties.gradient_penalty:GradientPenalty",
        summary="WGAN-GP: gradients of norm 1 between real and fake samples",
        paper="arXiv:1704.00028",
        year=2017,
    ),
    entries.Penalty(
        name="dragan",
        target="ganzoo.penalties.dragan:Dragan",
        summary="DRAGAN: gradients of norm 1 around real samples",
        paper="arXiv:1705.07215",
        year=2017,
    ),
    entries.Penalty(
        name="r1",
        target="ganzoo.penalties.r1:R1",
        summary="R1: squared gradients at real samples",
        paper="arXiv:1801.04406",
        year=2018,
    ),
    entries.Penalty(
        name="r2",
        target="ganzoo.penalties.r2:R2",
        summary="R2: squared gradients at fake samples",
        paper="arXiv:1801.04406",
        year=2018,
    ),
]

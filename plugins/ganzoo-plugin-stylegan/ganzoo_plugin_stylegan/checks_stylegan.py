"""Do styles that act on normalised features control scales?"""

from __future__ import annotations

from ganzoo.checks.check import Check
from ganzoo_plugin_stylegan.style_measures import CLAIM, CRITERIA
from ganzoo_plugin_stylegan.style_measures import styles as measured_styles

MODULES = tuple(
    f"ganzoo_plugin_stylegan.{name}"
    for name in (
        "style_measures",
        "style_based",
        "mapping",
        "dense",
        "discriminator",
        "upfirdn",
        "manifold",
        "perceptual_path",
        "stylegan",
        "adaptive_synthesis",
    )
)


def styles(arm: str, seed: int) -> dict[str, float]:
    """See `style_measures.styles`."""
    return measured_styles("stylegan.stylegan", arm, seed)


CHECKS = (
    Check(
        name="styles",
        claim=CLAIM,
        control="no styles are mixed in training",
        measure=styles,
        criteria=CRITERIA,
        modules=MODULES,
        seconds=150,
    ),
)

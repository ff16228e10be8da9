"""Do styles that act on normalised features control scales, and does their mean draw truer images?"""

from __future__ import annotations

from ganzoo.checks.check import Check
from ganzoo_plugin_stylegan import style_measures, style_training, truncation_measures

MODULES = (
    *style_training.MODULES,
    *(f"ganzoo_plugin_stylegan.{name}" for name in ("stylegan", "adaptive_synthesis")),
)


def styles(arm: str, seed: int) -> dict[str, float]:
    """See `style_measures.styles`."""
    return style_measures.styles("stylegan.stylegan", arm, seed)


def truncation(arm: str, seed: int) -> dict[str, float]:
    """See `truncation_measures.truncation`."""
    return truncation_measures.truncation("stylegan.stylegan", arm, seed)


CHECKS = (
    Check(
        name="styles",
        claim=style_measures.CLAIM,
        control="no styles are mixed in training",
        measure=styles,
        criteria=style_measures.CRITERIA,
        modules=(*MODULES, *style_measures.MODULES),
        seconds=450,
    ),
    Check(
        name="truncation",
        claim=truncation_measures.CLAIM,
        control="psi scales latents, and not styles",
        measure=truncation,
        criteria=truncation_measures.CRITERIA,
        modules=(*MODULES, *truncation_measures.MODULES),
        seconds=200,
    ),
)

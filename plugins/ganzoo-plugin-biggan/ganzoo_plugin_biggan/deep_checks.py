"""Does the label decide what the deeper networks generate, and does truncation trade variety for fidelity there?"""

from __future__ import annotations

from ganzoo.checks.check import CONTROL, Check, Criterion
from ganzoo_plugin_biggan.measuring import obedience, trade, trained

NAME = "biggan.biggan-deep"
SETTINGS = (("width", 12), ("embedding_dim", 32), ("latent_dim", 32))


def classes(arm: str, seed: int) -> dict[str, float]:
    return obedience(trained(NAME, SETTINGS, seed, arm == CONTROL)[1])


def truncation(arm: str, seed: int) -> dict[str, float]:
    return trade(trained(NAME, SETTINGS, seed, False)[1], truncated=arm != CONTROL)


MODULES = tuple(
    f"ganzoo_plugin_biggan.{module}"
    for module in (
        "attention", "batch_norm", "biggan_deep", "class_conditional", "conditional_generator", "deep_discriminator",
        "deep_generator", "discriminator", "manifold", "measuring", "orthogonal", "spectral", "standing", "widths",
    )
)  # fmt: skip

CHECKS = (
    Check(
        name="classes",
        claim="Samples show the digit that was asked for.",
        control="the labels of the training data shuffled",
        measure=classes,
        criteria=(Criterion(metric="label_accuracy", op=">=", threshold=0.9),),
        modules=MODULES,
        seconds=300,
    ),
    Check(
        name="truncation",
        claim="From a truncation of 2 to one of 0.5 precision rises and recall falls.",
        control="other samples at each point, and none of them truncated",
        measure=truncation,
        criteria=(
            Criterion(metric="precision_rises", op=">=", threshold=0.8),
            Criterion(metric="recall_falls", op=">=", threshold=0.8),
            Criterion(metric="recall_lost", op=">=", threshold=0.05),
        ),
        modules=MODULES,
        seconds=300,
    ),
)

"""Does the label decide, does truncation trade variety for fidelity, and do samples need no batch around them?"""

from __future__ import annotations

from ganzoo.checks.check import CONTROL, Check, Criterion
from ganzoo_plugin_biggan.measuring import obedience, singly, trade, trained

NAME = "biggan.biggan"
SETTINGS = (("width", 8), ("embedding_dim", 32), ("chunk_dim", 8))
RUNNING = "running"


def classes(arm: str, seed: int) -> dict[str, float]:
    return obedience(trained(NAME, SETTINGS, seed, arm == CONTROL)[1])


def truncation(arm: str, seed: int) -> dict[str, float]:
    return trade(trained(NAME, SETTINGS, seed, False)[1], truncated=arm != CONTROL)


def standing(arm: str, seed: int) -> dict[str, float]:
    running, standing = trained(NAME, SETTINGS, seed, False)
    return singly(running if arm == RUNNING else standing, batch_statistics=arm == CONTROL)


MODULES = tuple(
    f"ganzoo_plugin_biggan.{module}"
    for module in (
        "attention", "batch_norm", "biggan", "class_conditional", "conditional_generator", "discriminator",
        "generator", "manifold", "measuring", "orthogonal", "spectral", "standing", "widths",
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
    Check(
        name="standing",
        claim="Made one by one under standing statistics, truncated samples are those of a large batch.",
        control="each sample under its own statistics; baseline: the running statistics of training",
        measure=standing,
        criteria=(
            Criterion(metric="distance", op="<=", threshold=0.3),
            Criterion(metric="label_accuracy", op=">=", threshold=0.9),
        ),
        baselines=(RUNNING,),
        modules=MODULES,
        seconds=300,
    ),
)

"""Does as much augmentation as the critic overfits keep it from learning few images by heart?"""

from __future__ import annotations

from ganzoo.checks.check import CONTROL, IDEA, Check, Criterion
from ganzoo.checks.few_images import train_on_few

# p can go from 0 to 1 within an eighth of the run, as in the paper's runs.
IMAGES = 5000


def few_images(arm: str, seed: int) -> dict[str, float]:
    return train_on_few(({"name": "ada", "images": IMAGES},) if arm == IDEA else (), seed)


CHECKS = (
    Check(
        name="few-images",
        claim="On a hundred images the critic overfits less, and the samples are nearer to all digits.",
        control="no augmentation",
        measure=few_images,
        criteria=(
            Criterion(metric="overfitting", op="<=", threshold=0.6, relative_to=CONTROL),
            Criterion(metric="digits_fid", op="<=", threshold=0.9, relative_to=CONTROL),
        ),
        modules=("ganzoo.techniques.ada", "ganzoo.nn.augmentation.pipeline", "ganzoo.checks.few_images"),
        seconds=200,
    ),
)

"""Frechet distance of images of digits, in the features of the digits judge ("digits-FID").

Lower is better. It is no FID: the features are 64 numbers of a small network, so it is compared with itself only, at
equal N and with the judge's hash beside it. Report the distance between real training and test digits as the floor.
"""

from __future__ import annotations

from torch import Tensor

from ganzoo.metrics.frechet import frechet
from ganzoo.metrics.judges import load_judge
from ganzoo.metrics.protocol import Score


def digits_frechet(samples: Tensor, reference: Tensor) -> float:
    """Distance between images (N, C, H, W) and (M, C, H, W) in [-1, 1], of any size and 1 or 3 channels; N, M >= 2.

    Below about 500 images on either side most of the value is bias.
    """
    judge = load_judge("digits")
    return frechet(judge.features(samples), judge.features(reference))


def digits_frechet_score(
    samples: Tensor, reference: Tensor, *, split: str, seed: int | None = None, ema: bool | None = None
) -> Score:
    """The same with its protocol.

    Args:
        samples, reference: as in `digits_frechet`.
        split: of the digits that the reference is: "train", "test" or "all".
        seed: that the samples were drawn with.
        ema: whether they come from averaged weights.
    """
    height, width = samples.shape[-2:]
    return Score(
        metric="digits-frechet",
        value=digits_frechet(samples, reference),
        n_fake=len(samples),
        n_real=len(reference),
        data="digits",
        split=split,
        judge=load_judge("digits").label,
        image_size=height if height == width else (height, width),
        ema=ema,
        seed=seed,
    )

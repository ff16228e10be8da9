"""What is measured on generated digits."""

from __future__ import annotations

from functools import cache

from torch import Tensor

import ganzoo
from ganzoo.data import Data
from ganzoo.metrics.frechet import frechet
from ganzoo.metrics.judges import load_judge


@cache
def digits(image_size: int, split: str = "train") -> Data:
    return ganzoo.load_data("digits", image_size=image_size, split=split)


@cache
def real_features(image_size: int) -> Tensor:
    """The judge's features of all 1,797 real digits."""
    data = digits(image_size, "all")
    return load_judge("digits").features(data.first(data.spec.size)["x"])


def digits_fid(samples: Tensor) -> float:
    """Frechet distance of the digits judge's features between samples and all real digits (E.1: "digits-FID")."""
    return frechet(load_judge("digits").features(samples.contiguous()), real_features(samples.shape[-1]))

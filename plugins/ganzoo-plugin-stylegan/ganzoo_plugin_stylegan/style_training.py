"""What the checks of style-based GANs train: small networks, on those of the shapes that a check asks for.

Images have 16 pixels, and networks are narrow. They want a larger learning rate than the papers' in runs of 100,000
images, a mapping network that is let learn faster, and an R1 that is strong enough for all colours to stay.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import torch

import ganzoo
from ganzoo.checks.playing import play
from ganzoo.data import TensorData
from ganzoo.training.run import Run
from ganzoo_plugin_stylegan.style_based import StyleBased

IMAGE_SIZE = 16
SMALL = {"latent_dim": 32, "style_dim": 32, "channel_base": 256, "channel_max": 32}
VALUES = {"shape": 4, "colour": 6, "size": 4}  # of each attribute, all as frequent
#: Modules that the evidence of every style-based GAN depends on.
MODULES = tuple(
    f"ganzoo_plugin_stylegan.{name}"
    for name in ("style_training", "style_based", "mapping", "dense", "discriminator", "upfirdn")
)


def lazy_r1(weight: float) -> dict[str, Any]:
    """R1 in every 16th round."""
    return {"name": "r1", "weight": weight, "every": 16}


def shapes(split: str, n: int, /, **only: int) -> TensorData:
    """About `n` of the shapes whose attributes are `only` these, as in size=3, or shape=0, colour=0."""
    drawn = n * math.prod(VALUES[name] for name in only)
    data = ganzoo.load_data({"name": "shapes", "image_size": IMAGE_SIZE, "split": split, "size": drawn})
    assert isinstance(data, TensorData)
    chosen = torch.stack([data.attributes[name] == value for name, value in only.items()]).all(0)
    fields = {name: field[chosen] for name, field in data.streams["x"].items()}
    return TensorData(dataclasses.replace(data.spec, size=int(chosen.sum()), class_counts=None), {"x": fields})


def trained(
    name: str,
    data: TensorData,
    seed: int,
    *,
    rounds: int,
    batch_size: int,
    lr: float,
    ema: float,
    penalties: tuple[Mapping[str, Any], ...],
    **config: Any,
) -> StyleBased:
    """The average of a small model that was trained so."""
    gan = ganzoo.create(name, data=data, seed=seed, **SMALL, **config)
    kept: list[StyleBased] = []

    def look(run: Run) -> dict[str, float]:
        kept.append(run.sampler.eval())  # type: ignore[arg-type]
        return {}

    settings = {"penalties": penalties, "ema": ema, "batch_size": batch_size, "players": {"all": {"lr": lr}}}
    play(gan, data, rounds=rounds, seed=seed, look=look, at=(rounds,), **settings)
    return kept[0]

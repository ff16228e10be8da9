"""Is a translation the right one, is its critic's verdict one on the pair, and are its colours those of the data?"""

from __future__ import annotations

import torch
from torch import Tensor

import ganzoo
from ganzoo.checks.check import CONTROL, IDEA, Check, Criterion
from ganzoo.checks.playing import play
from ganzoo.data import Data, TensorData
from ganzoo.gan import GAN
from ganzoo.metrics.total_variation import total_variation
from ganzoo_plugin_translate.paired_shapes import paired_shapes

ROUNDS, BATCH_SIZE, RATE = 2000, 16, 1e-3  # five times the paper's rate, for a budget that is far smaller
LEVELS = 4
IDENTITY, UNPAIRED = "identity", "unpaired"
MODULES = ("ganzoo_plugin_translate.pix2pix", "ganzoo_plugin_translate.unet", "ganzoo_plugin_translate.paired_shapes")


def translation(arm: str, seed: int) -> dict[str, float]:
    """On outlines whose shape tells the colour: L1 distance to the right answer, and how well the critic tells pairs.

    `auc` is the probability that the critic prefers an image beside its own outline to it beside another's. The
    identity shows the outline itself; "unpaired" is a CycleGAN of as many rounds on the same images.
    """
    data, held_out = paired_shapes(), paired_shapes(split="test", size=500)
    x, source = held_out.first(500)["x"], held_out.sources(500)
    if arm == IDENTITY:
        return {"distance_to_pair": distance(source.expand_as(x), x)}
    if arm == UNPAIRED:
        other = unpaired(data)
        gan = ganzoo.create("cyclegan", data=other, seed=seed)
        play(gan, other, rounds=ROUNDS, batch_size=4, seed=seed, players={"all": {"lr": 6e-4}})
        return {"distance_to_pair": distance(gan.sample(500, source=source.expand_as(x)), x)}
    gan = trained(data, seed, conditional=arm == IDEA)
    return {
        "distance_to_pair": distance(gan.sample(500, source=source, seed=seed), x),
        "auc": area_under_curve(verdicts(gan, x, source), verdicts(gan, x, source.roll(1, 0))),
    }


def colours(arm: str, seed: int) -> dict[str, float]:
    """On outlines that leave the colour open: distance of the translations' colours from the data's, all in all."""
    data, held_out = paired_shapes(colour="random"), paired_shapes(colour="random", split="test", size=500)
    # With the paper's weight of 100 the L1 term would settle the colour in so short a run.
    gan = trained(data, seed, l1=10.0, adversarial=1.0 if arm == IDEA else 0.0)
    translated = gan.sample(500, source=held_out.sources(500), seed=seed)
    return {"histogram_distance": total_variation(histogram(translated), histogram(held_out.first(500)["x"]))}


def trained(data: Data, seed: int, **config: float) -> GAN:
    gan = ganzoo.create("translate.pix2pix", data=data, seed=seed, critic_layers=1, **config)
    play(gan, data, rounds=ROUNDS, batch_size=BATCH_SIZE, seed=seed, players={"all": {"lr": RATE}})
    return gan


def unpaired(data: TensorData) -> TensorData:
    """The sources as domain a and the images as domain b, drawn independently of each other."""
    fields = data.streams["x"]
    spec = ganzoo.load_data("unpaired", size=1).spec
    return TensorData(spec, {"a": {"x": fields["source"].expand(-1, 3, -1, -1)}, "b": {"x": fields["x"]}})


def distance(first: Tensor, second: Tensor) -> float:
    return float((first - second).abs().mean())


def verdicts(gan: GAN, x: Tensor, source: Tensor) -> Tensor:
    """What the critic thinks of each pair (N,): the mean over its patches."""
    with gan.evaluation():
        return gan.discriminate(x, {"source": source}).mean((1, 2, 3))


def area_under_curve(right: Tensor, wrong: Tensor) -> float:
    """The probability that a right one is preferred to a wrong one; equal verdicts count half."""
    difference = right[:, None] - wrong[None, :]
    return float((difference > 0).double().mean() + (difference == 0).double().mean() / 2)


def histogram(images: Tensor) -> Tensor:
    """How many pixels of images (N, 3, H, W) in [-1, 1] have each of LEVELS^3 colours."""
    level = ((images + 1) / 2 * LEVELS).long().clamp(0, LEVELS - 1)
    code = (level[:, 0] * LEVELS + level[:, 1]) * LEVELS + level[:, 2]
    return torch.bincount(code.flatten(), minlength=LEVELS**3)


CHECKS = (
    Check(
        name="translation",
        claim="Outlines are filled with the right colour, by a critic that knows a right pair from a wrong one.",
        control="the critic does not see the source",
        measure=translation,
        criteria=(
            Criterion(metric="distance_to_pair", op="<=", threshold=0.5, relative_to=IDENTITY),
            Criterion(metric="distance_to_pair", op="<=", threshold=0.8, relative_to=UNPAIRED),
            Criterion(metric="auc", op=">=", threshold=0.8),
        ),
        baselines=(IDENTITY, UNPAIRED),
        modules=MODULES,
        seconds=300,
    ),
    Check(
        name="colours",
        claim="Where the outline leaves the colour open, the critic makes translations as colourful as the data.",
        control="the L1 term alone",
        measure=colours,
        criteria=(Criterion(metric="histogram_distance", op="<=", threshold=0.8, relative_to=CONTROL),),
        modules=MODULES,
        seconds=300,
    ),
)

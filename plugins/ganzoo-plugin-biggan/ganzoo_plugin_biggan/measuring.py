"""What the checks of `biggan` and `biggan-deep` measure, on small digits."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cache
from typing import Any

import torch
from torch import Tensor

import ganzoo
from ganzoo.checks.digits import digits, real_features
from ganzoo.checks.playing import play
from ganzoo.data import TensorData
from ganzoo.gan import GAN
from ganzoo.metrics.judges import load_judge
from ganzoo.metrics.label_accuracy import label_accuracy
from ganzoo_plugin_biggan.batch_norm import BatchNorm
from ganzoo_plugin_biggan.manifold import precision_and_recall, rank_correlation
from ganzoo_plugin_biggan.standing import accumulate_standing_statistics

SIZE, ROUNDS, BATCH_SIZE = 16, 400, 32
# Ten times the paper's rates and more, for a budget that is a thousandth of the paper's and batches of 32.
PLAYERS = {"discriminator": {"lr": 2e-3}, "generator": {"lr": 1e-3}}
TRUNCATIONS = (2.0, 1.5, 1.0, 0.75, 0.5)
SAMPLES = 1000


@cache
def trained(name: str, settings: tuple[tuple[str, Any], ...], seed: int, shuffled: bool) -> tuple[GAN, GAN]:
    """A GAN after training, with the running statistics, and the same with standing ones.

    With `shuffled`, the labels of the training data are exchanged at random.
    """
    data = digits(SIZE)
    if shuffled:
        fields = data.streams["x"]  # type: ignore[attr-defined]
        order = torch.randperm(len(fields["y"]), generator=torch.Generator().manual_seed(seed))
        data = TensorData(data.spec, {"x": {"x": fields["x"], "y": fields["y"][order]}})
    gan = ganzoo.create(name, data=data, seed=seed, standing_passes=0, **dict(settings))
    play(gan, data, rounds=ROUNDS, seed=seed, batch_size=BATCH_SIZE, players=PLAYERS)
    gan.data = data.spec
    running = copy.deepcopy(gan)
    accumulate_standing_statistics(gan, passes=20)
    return running, gan


def obedience(gan: GAN) -> dict[str, float]:
    """Share of samples in which the judge sees the digit that was asked for."""
    wanted = torch.arange(SAMPLES) % 10
    return {
        "label_accuracy": label_accuracy(
            load_judge("digits").predict(gan.sample(SAMPLES, seed=5, labels=wanted)), wanted
        )
    }


def trade(gan: GAN, *, truncated: bool) -> dict[str, float]:
    """Rank correlations of precision and of recall with truncation from 2 to 0.5, and how much recall goes down.

    Without `truncated`, there are other samples at each point, none of them truncated.
    """
    measured: dict[str, float] = {}
    precisions: list[float] = []
    recalls: list[float] = []
    for index, truncation in enumerate(TRUNCATIONS):
        settings: Mapping[str, Any] = {"seed": 5, "truncation": truncation} if truncated else {"seed": 5 + index}
        samples = gan.sample(SAMPLES, labels=torch.arange(SAMPLES) % 10, **settings)
        features = load_judge("digits").features(samples)
        precision, recall = precision_and_recall(features, real_features(SIZE)[:SAMPLES])
        measured |= {f"precision_{truncation}": precision, f"recall_{truncation}": recall}
        precisions.append(precision)
        recalls.append(recall)
    tameness = [-truncation for truncation in TRUNCATIONS]
    return {
        **measured,
        "precision_rises": rank_correlation(tameness, precisions),
        "recall_falls": -rank_correlation(tameness, recalls),
        "recall_lost": recalls[0] - recalls[-1],
    }


def singly(gan: GAN, *, batch_statistics: bool = False) -> dict[str, float]:
    """Samples truncated at 0.5 that are made one by one, against the same in a batch of 300 under its own statistics.

    With `batch_statistics` they are made one by one under their own statistics, too. `distance` is the root mean square
    of the difference over the standard deviation of the samples.
    """
    n, truncation = 300, 0.5
    wanted = torch.arange(n) % 10
    latent = gan.truncate(gan.draw(n, 5), truncation)
    together = under_batch_statistics(gan, latent, wanted, n)
    if batch_statistics:
        alone = under_batch_statistics(gan, latent, wanted, 1)
    else:
        alone = gan.sample(n, seed=5, labels=wanted, truncation=truncation, batch_size=1)
    return {
        "distance": float((alone - together).square().mean().sqrt() / together.std()),
        "label_accuracy": label_accuracy(load_judge("digits").predict(alone), wanted),
    }


def under_batch_statistics(gan: GAN, latent: dict[str, Tensor], labels: Tensor, batch_size: int) -> Tensor:
    """Samples whose activations are normalised over the batch that they are made in."""
    gan = copy.deepcopy(gan)
    made = []
    with gan.evaluation():
        for norm in (module for module in gan.modules() if isinstance(module, BatchNorm)):
            norm.training = True
        for start in range(0, len(labels), batch_size):
            rows = slice(start, start + batch_size)
            made.append(gan.generate({name: part[rows] for name, part in latent.items()}, {"y": labels[rows]}))
    return torch.cat(made)

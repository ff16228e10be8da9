"""What the checks of style-based GANs measure: swapped styles, steps in w and z, truncation, noise.

The data are the largest of the shapes at 16 pixels, where the judge looks at them: what is smaller there has few pixels
of its shape, and a generator that is trained for minutes draws a blot.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

import ganzoo
from ganzoo.checks.check import CONTROL, IDEA, Criterion
from ganzoo.checks.playing import play
from ganzoo.data import TensorData
from ganzoo.metrics.judges import load_judge
from ganzoo.training.run import Run
from ganzoo_plugin_stylegan.manifold import precision_recall
from ganzoo_plugin_stylegan.perceptual_path import path_lengths
from ganzoo_plugin_stylegan.style_based import StyleBased

SMALL = {"latent_dim": 32, "style_dim": 32, "mapping_layers": 4, "channel_base": 256, "channel_max": 32}
LAZY_R1 = {"name": "r1", "weight": 0.05, "every": 16}  # about what ADA's paper takes for images so small
SIZE, LARGEST, ROUNDS, BATCH_SIZE, RATE, AVERAGE = 16, 3, 1000, 16, 3e-3, 0.995
SAMPLES = 500


def shapes(split: str, size: int) -> TensorData:
    """About `size` of the largest shapes."""
    data = ganzoo.load_data({"name": "shapes", "image_size": SIZE, "split": split, "size": 4 * size})
    assert isinstance(data, TensorData)
    large = data.attributes["size"] == LARGEST
    fields = {name: field[large] for name, field in data.streams["x"].items()}
    return TensorData(dataclasses.replace(data.spec, size=int(large.sum()), class_counts=None), {"x": fields})


def trained(name: str, seed: int, *, penalties: tuple[Mapping[str, Any], ...], **config: Any) -> StyleBased:
    """The average of a small model that was trained on shapes."""
    data = shapes("train", 5000)
    gan = ganzoo.create(name, data=data, seed=seed, **SMALL, **config)
    kept: list[StyleBased] = []

    def look(run: Run) -> dict[str, float]:
        kept.append(run.sampler.eval())  # type: ignore[arg-type]
        return {}

    settings = {"penalties": penalties, "ema": AVERAGE, "batch_size": BATCH_SIZE, "players": {"all": {"lr": RATE}}}
    play(gan, data, rounds=ROUNDS, seed=seed, look=look, at=(ROUNDS,), **settings)
    return kept[0]


def styles(name: str, arm: str, seed: int, **config: Any) -> dict[str, float]:
    """What swapped styles, steps, truncation and noise do.

    The control mixes no styles in training, and is asked about swapped styles only.
    """
    mixing = 0.9 if arm == IDEA else 0.0
    gan = trained(name, seed, penalties=(LAZY_R1,), mixing=mixing, **config)
    with gan.evaluation(seed):
        measured = swapped(gan, seed)
        return measured if arm == CONTROL else measured | walked(gan, seed) | truncated(gan, seed) | renewed(gan, seed)


def swapped(gan: StyleBased, seed: int) -> dict[str, float]:
    """Images with the first half of the styles of A and the second of B: whose shape and whose colour they have.

    Of pairs whose shapes, or colours, differ; what an image shows is what the shapes judge sees.
    """
    judge, half = load_judge("shapes"), gan.generator.synthesis.num_styles // 2
    latent = {"z": gan.draw(2 * SAMPLES, seed)["z"]}
    a, b = gan.styles(latent, {}).chunk(2)
    mixed = torch.cat([a[:, :half], b[:, half:]], 1)
    images = [gan.synthesise(ws, {}).clamp(-1, 1) for ws in (a, b, mixed)]
    shape, colour = ([judge.predict(x, question) for x in images] for question in ("shape", "colour"))
    return {
        "coarse_shape": share(shape[2] == shape[0], shape[0] != shape[1]),
        "fine_colour": share(colour[2] == colour[1], colour[0] != colour[1]),
    }


def walked(gan: StyleBased, seed: int) -> dict[str, float]:
    """Perceptual path length in w relative to that in z."""
    along_w, along_z = path_lengths(gan, load_judge("shapes").features, n=SAMPLES, seed=seed)
    return {"path_length_ratio": along_w / along_z}


def truncated(gan: StyleBased, seed: int) -> dict[str, float]:
    """What psi = 0.5 adds to precision, and takes from recall, on held-out shapes."""
    judge = load_judge("shapes")
    features = judge.features(shapes("test", 3 * SAMPLES).first(2 * SAMPLES)["x"])
    whole, half = (
        precision_recall(features, judge.features(gan.sample(2 * SAMPLES, seed=seed, truncation=psi)))
        for psi in (1.0, 0.5)
    )
    return {"precision_gain": half[0] - whole[0], "recall_loss": whole[1] - half[1]}


def renewed(gan: StyleBased, seed: int, draws: int = 4) -> dict[str, float]:
    """The share of the pixels' variance that new noise makes under the same styles."""
    n = SAMPLES // draws
    ws, rng = gan.styles({"z": gan.draw(n, seed)["z"]}, {}), torch.Generator().manual_seed(seed)
    images = torch.stack([gan.synthesise(ws, gan.draw_noise(n, rng)).clamp(-1, 1) for _ in range(draws)])
    return {"noise_share": float(images.var(0).mean() / images.flatten(0, 1).var(0).mean())}


def share(holds: Tensor, among: Tensor) -> float:
    """How often something holds where it is asked."""
    return float((holds & among).sum() / among.sum().clamp(min=1))


CRITERIA = (
    Criterion(metric="coarse_shape", op=">=", threshold=0.7),
    Criterion(
        metric="fine_colour",
        op=">=",
        threshold=0.7,
        changed=(
            "the bound stands; on shapes of all sizes at 32 pixels, with the skip architecture, seed 0 had 0.22; with "
            "orig it has 0.66, 0.91, 0.38, 0.21 after 500, 1,000, 1,500, 2,000 rounds: what styles do still wanders",
        ),
    ),
    Criterion(metric="path_length_ratio", op="<=", threshold=1.0),
    Criterion(metric="precision_gain", op=">=", threshold=0.01),
    Criterion(metric="recall_loss", op=">=", threshold=0.01),
    Criterion(metric="noise_share", op="<=", threshold=0.15),
)
CLAIM = "Coarse styles make shapes, fine ones colours; w is straighter than z; psi trades variety; noise is detail."

"""What swapped styles, steps in w and z, and new noise do, in a style-based GAN that was trained on shapes.

The data are the largest of the shapes, where the judge looks at them: what is smaller has few pixels of its shape, and
a generator that is trained for minutes draws a blot.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ganzoo.checks.check import CONTROL, IDEA, Criterion
from ganzoo.metrics.judges import load_judge
from ganzoo_plugin_stylegan.perceptual_path import path_lengths
from ganzoo_plugin_stylegan.style_based import StyleBased
from ganzoo_plugin_stylegan.style_training import lazy_r1, shapes, trained

LARGEST, SAMPLES = 3, 500
MODULES = ("ganzoo_plugin_stylegan.style_measures", "ganzoo_plugin_stylegan.perceptual_path")
TRAINING: dict[str, Any] = {
    "rounds": 4000,
    "batch_size": 32,
    "lr": 1e-2,
    "ema": 0.998,
    "penalties": (lazy_r1(2.0),),
    "mapping_layers": 2,
    "mapping_rate": 0.3,
}


def styles(name: str, arm: str, seed: int, **config: Any) -> dict[str, float]:
    """What swapped styles, steps and noise do.

    The control mixes no styles in training, and is asked about swapped styles only.
    """
    data = shapes("train", 5000, size=LARGEST)
    gan = trained(name, data, seed, mixing=0.9 if arm == IDEA else 0.0, **TRAINING, **config)
    with gan.evaluation(seed):
        measured = swapped(gan, seed)
        return measured if arm == CONTROL else measured | walked(gan, seed) | renewed(gan, seed)


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
    Criterion(
        metric="coarse_shape",
        op=">=",
        threshold=0.7,
        changed=(
            "the bound stands; trained on 1,000 batches of 16 at 3e-3, seed 0 had 0.640 (stylegan2) and 0.110 "
            "(stylegan); now on 4,000 of 32 at 1e-2, with a faster mapping network and more R1",
        ),
    ),
    Criterion(
        metric="fine_colour",
        op=">=",
        threshold=0.7,
        changed=(
            "the bound stands; on shapes of all sizes at 32 pixels, with the skip architecture, seed 0 had 0.22; with "
            "orig and the first training it had 0.66, 0.91, 0.38, 0.21 after 500, 1,000, 1,500, 2,000 rounds",
        ),
    ),
    Criterion(metric="path_length_ratio", op="<=", threshold=1.0),
    Criterion(metric="noise_share", op="<=", threshold=0.15),
)
CLAIM = "Coarse styles make shapes, fine ones colours; w is straighter than z; noise is detail."

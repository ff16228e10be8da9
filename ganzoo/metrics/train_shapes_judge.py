"""How the shapes judge is trained: all colours on dark and on light, and the two domains of the unpaired set."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ganzoo.data.drawing import COLOURS, DARK, LIGHT, Drawings, draw_attributes, render
from ganzoo.data.shapes import shapes, unpaired
from ganzoo.metrics.judge_networks import ShapesNetwork
from ganzoo.metrics.judges import ShapesJudge, prepare
from ganzoo.metrics.label_accuracy import label_accuracy
from ganzoo.streams import generator

STEPS = 700
BATCH_SIZE = 256
DRAWINGS = 6000
IMAGE_SIZES = (16, 32)
DOMAIN_A, DOMAIN_B, NEITHER = range(3)


def losses(network: ShapesNetwork, seed: int) -> Iterator[Tensor]:
    """The loss of every training step: the sum of the questions' cross-entropies."""
    rng = generator(seed, "batches")
    images, answers = training_set()
    for _ in range(STEPS):
        chosen = torch.randint(len(images), (BATCH_SIZE,), generator=rng)
        logits = network(disturbed(images[chosen], rng))
        yield torch.stack([F.cross_entropy(logits[key], answers[key][chosen]) for key in answers]).sum()


def training_set() -> tuple[Tensor, dict[str, Tensor]]:
    """Prepared images (N, 3, 16, 16) and the answers (N,): drawings of the training split, seen at both image sizes."""
    drawings = draw_attributes(DRAWINGS, 0, 0)
    scenes = [(drawings, DARK), (drawings, LIGHT), (drawings.coloured("red"), DARK), (drawings.coloured("blue"), LIGHT)]
    images = [
        prepare(torch.from_numpy(render(scene, image_size, background)).float() / 127.5 - 1, channels=3)
        for (scene, background), image_size in product(scenes, IMAGE_SIZES)
    ]
    answers = [answers_of(scene, background) for (scene, background), _ in product(scenes, IMAGE_SIZES)]
    return torch.cat(images), {key: torch.cat([answer[key] for answer in answers]) for key in answers[0]}


def answers_of(drawings: Drawings, background: np.ndarray) -> dict[str, Tensor]:
    """What the judge shall say of drawings on a background, (N,) per question."""
    shape, colour = torch.from_numpy(drawings.shape), torch.from_numpy(drawings.colour)
    belongs, domain = ("red", DOMAIN_A) if background is DARK else ("blue", DOMAIN_B)
    return {
        "shape": shape,
        "colour": colour,
        "domain": torch.where(colour == COLOURS.index(belongs), domain, NEITHER),
    }


def disturbed(images: Tensor, rng: torch.Generator) -> Tensor:
    """The images with a tint and a contrast of their own, half of them noisy, as those of generators are."""
    n = len(images)
    tint = 0.1 * torch.randn(n, 3, 1, 1, generator=rng)
    contrast = 1 + 0.1 * torch.randn(n, 1, 1, 1, generator=rng)
    spread = 0.3 * (torch.rand(n, 1, 1, 1, generator=rng) - 0.5).clamp(min=0)
    return (images * contrast + tint + spread * torch.randn(images.shape, generator=rng)).clamp(-1, 1)


def measurements(judge: ShapesJudge) -> Iterator[tuple[str, float]]:
    """What the judge does on drawings that it was not trained on."""
    for image_size in IMAGE_SIZES:
        data = shapes(image_size=image_size, size=2000, split="test")
        images = data.first(2000)["x"]
        for question in ("shape", "colour"):
            accuracy = label_accuracy(judge.predict(images, question), data.attributes[question])
            yield f"{question}, {image_size} px", accuracy
        domains = unpaired(image_size=image_size, size=2000, split="test")
        for domain, stream in ((DOMAIN_A, "a"), (DOMAIN_B, "b")):
            images = domains.first(2000, stream)["x"]
            shape = judge.predict(images, "shape")
            yield f"shape, domain {stream}, {image_size} px", label_accuracy(shape, domains.attributes["shape"])
            found = judge.predict(images, "domain")
            yield f"domain {stream}, {image_size} px", label_accuracy(found, torch.full_like(found, domain))

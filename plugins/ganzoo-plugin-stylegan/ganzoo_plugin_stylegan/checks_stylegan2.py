"""Do styles control scales, does the penalty make steps in w even, and is a demodulated output of unit strength?"""

from __future__ import annotations

import torch

from ganzoo.checks.check import CONTROL, IDEA, Check, Criterion
from ganzoo_plugin_stylegan import style_measures, style_training, truncation_measures
from ganzoo_plugin_stylegan.modulated_convolution import modulated_convolution

SAMPLES = 500
PATHS = {"name": "path-length", "weight": 20.0, "every": 4}  # ten times the paper's, for a run a hundredth as long
DRAWS = 16  # of y for each style, so that what is uneven is the styles' lengths and not the draws'
MODULES = (
    *style_training.MODULES,
    *(f"ganzoo_plugin_stylegan.{name}" for name in ("stylegan2", "synthesis", "modulated_convolution")),
)


def styles(arm: str, seed: int) -> dict[str, float]:
    """See `style_measures.styles`. With "skip" colours come from coarse styles sooner than with "orig"."""
    return style_measures.styles("stylegan.stylegan2", arm, seed, architecture="orig")


def truncation(arm: str, seed: int) -> dict[str, float]:
    """See `truncation_measures.truncation`."""
    return truncation_measures.truncation("stylegan.stylegan2", arm, seed, architecture="orig")


def paths(arm: str, seed: int) -> dict[str, float]:
    """How uneven the lengths of J^T y are: their standard deviation over their mean, after training on shapes."""
    r1 = style_training.lazy_r1(0.05)  # about what ADA's paper takes for images so small
    gan = style_training.trained(
        "stylegan.stylegan2",
        style_training.shapes("train", 5000, size=3),
        seed,
        rounds=1000,
        batch_size=16,
        lr=3e-3,
        ema=0.995,
        penalties=(r1, PATHS) if arm == IDEA else (r1,),
        mapping_layers=4,
    )
    ws = gan.styles({"z": gan.draw(SAMPLES, seed)["z"]}, {}).detach().requires_grad_()
    images, rng = gan.synthesise(ws, {}), torch.Generator().manual_seed(seed)
    squared = torch.zeros(SAMPLES)
    for _ in range(DRAWS):
        y = torch.randn(images.shape, generator=rng) / images.shape[-1]
        (gradients,) = torch.autograd.grad((images * y).sum(), ws, retain_graph=True)
        squared += gradients.square().sum(2).mean(1) / DRAWS
    lengths = squared.sqrt()
    return {"unevenness": float(lengths.std() / lengths.mean())}


def strength(arm: str, seed: int) -> dict[str, float]:
    """Largest distance from 1 of the standard deviation of a layer's output, for styles of quite different strength."""
    rng = torch.Generator().manual_seed(seed)
    x = torch.randn(8, 32, 32, 32, generator=rng)
    weight = torch.randn(16, 32, 3, 3, generator=rng)
    style = torch.randn(8, 32, generator=rng) * torch.logspace(-1, 1, 8)[:, None]
    y = modulated_convolution(x, weight / 32, style, demodulate=arm == IDEA)[:, :, 1:-1, 1:-1]
    return {"distance_from_1": float((y.std((2, 3)).mean(1) - 1).abs().max())}


CHECKS = (
    Check(
        name="demodulation",
        claim="However strong the style, a demodulated output has unit standard deviation for such input.",
        control="no demodulation",
        measure=strength,
        criteria=(Criterion(metric="distance_from_1", op="<=", threshold=0.1),),
        modules=("ganzoo_plugin_stylegan.modulated_convolution",),
        seconds=5,
    ),
    Check(
        name="paths",
        claim="With the path-length penalty a step in w moves the image more evenly.",
        control="no path-length penalty",
        measure=paths,
        criteria=(
            Criterion(
                metric="unevenness",
                op="<=",
                threshold=0.8,
                relative_to=CONTROL,
                changed=(
                    "measured with one y for each style (0.328 against 0.372 on seed 0), whose own spread hid that of "
                    "the styles; now with 16, at the same threshold",
                    "measured with the paper's weight of 2, which after 1,000 rounds had done little (0.136 against "
                    "0.153 on seed 0); now with 20, at the same threshold",
                ),
            ),
        ),
        modules=(*MODULES, "ganzoo_plugin_stylegan.path_length"),
        seconds=90,
    ),
    Check(
        name="styles",
        claim=style_measures.CLAIM,
        control="no styles are mixed in training",
        measure=styles,
        criteria=style_measures.CRITERIA,
        modules=(*MODULES, *style_measures.MODULES),
        seconds=450,
    ),
    Check(
        name="truncation",
        claim=truncation_measures.CLAIM,
        control="psi scales latents, and not styles",
        measure=truncation,
        criteria=truncation_measures.CRITERIA,
        modules=(*MODULES, *truncation_measures.MODULES),
        seconds=200,
    ),
)

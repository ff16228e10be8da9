"""Putting an image into a latent space: the code whose sample comes closest (arXiv:1912.04958, appendix D).

In "w" and "w+" the search begins at the mean style, and noise that fades is added to the code, so that it does not
settle at the first thing that looks right. In "z" it begins at the best of many draws, and stays where the prior is.
The generator's own noise stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.exploration.codes import Codes, Space, best_space, check_space, draw_codes, render, shown, styled_codes
from ganzoo.gan import GAN

Distance = Callable[[Tensor, Tensor], Tensor]
STARTS = 256  # draws that "z" may begin at
MEASURED = 1000  # draws that tell how far styles spread
NOISE, NOISE_SHARE = 0.05, 0.75  # of the spread; of the steps, until it is gone
RAMP_UP, RAMP_DOWN = 0.05, 0.25


@dataclass(frozen=True)
class Projection:
    """What was found.

    Args:
        codes: one point.
        image: (C, H, W), its sample.
        distances: of every step.
        psnr: peak signal-to-noise ratio of the sample against the target, in dB; higher is closer.
    """

    codes: Codes
    image: Tensor
    distances: list[float]
    psnr: float


def project(
    gan: GAN,
    image: Tensor,
    *,
    space: Space | None = None,
    steps: int = 400,
    rate: float = 0.1,
    seed: int = 0,
    label: int | None = None,
    distance: Distance | None = None,
    report: Callable[[int], None] = lambda step: None,
) -> Projection:
    """The code whose sample is closest to an image.

    Args:
        image: (C, H, W) in [-1, 1], of the model's shape.
        space: None takes "w" where there are styles, else "z".
        steps: of Adam, 1 or more.
        rate: the largest learning rate.
        label: for conditional models; None takes one by the seed.
        distance: (N, C, H, W) twice -> (N,); None compares the images at several sizes by their squared differences.
            A perceptual distance finds what looks alike rather than what has the same pixels.
        report: called with each step's number.

    Raises: ConfigError, NotSamplable for models of something else than images, or without the space.
    """
    space = best_space(gan) if space is None else space
    check_space(gan, space)
    if steps < 1 or not rate > 0:
        raise ConfigError(f"steps={steps}, rate={rate}: at least one step, at a rate above 0, is needed")
    distance = distance or pyramid_distance
    target, distances = check_image(gan, image), []
    start, spread = starting_point(gan, target, space, seed, label, distance)
    with gan.evaluation(seed), torch.enable_grad():
        rng = torch.Generator(gan.device).manual_seed(seed)
        variable = _value(start).detach().clone().requires_grad_()
        optimizer = torch.optim.Adam([variable], betas=(0.9, 0.999))
        for step in range(steps):
            optimizer.param_groups[0]["lr"] = rate * learning_rate_share(step / steps)
            noise = spread * NOISE * max(0.0, 1 - step / steps / NOISE_SHARE) ** 2
            shaken = variable + noise * torch.randn(variable.shape, generator=rng, device=gan.device)
            found = distance(shown(gan, _with(start, shaken)), target)
            (variable.grad,) = torch.autograd.grad(found.sum(), [variable])
            optimizer.step()
            if space == "z":
                with torch.no_grad():
                    variable.copy_(gan.prior.nearest({"z": variable})["z"])
            distances.append(found.detach())
            report(step)
        codes = _with(start, variable.detach())
    made = render(gan, codes, seed=seed)
    error = float((made[0].double() - target[0].double()).square().mean())
    return Projection(codes, made[0], torch.cat(distances).tolist(), 10 * math.log10(4 / max(error, 1e-12)))


def starting_point(
    gan: Any, target: Tensor, space: Space, seed: int, label: int | None, distance: Distance
) -> tuple[Codes, Tensor | float]:
    """Where the search begins, and how far codes spread around it."""
    seeds = range(seed, seed + (STARTS if space == "z" else MEASURED))
    drawn = draw_codes(gan, seeds, label=label)
    if space == "z":
        if "z" not in drawn.latent:
            raise NotSamplable(f"the latent of {type(gan).__name__} has no part z", hint="projection moves that part")
        samples = render(gan, drawn, seed=seed)
        best = int(distance(samples, target.to(samples).expand_as(samples)).argmin())
        return drawn.rows(slice(best, best + 1)), 0.0
    one = drawn.rows(slice(0, 1))
    with gan.evaluation(seed):
        mean = gan.mean_style(one.batch).reshape(1, 1, -1)
    styles = styled_codes(gan, drawn, space).styles
    assert styles is not None
    places = gan.num_styles if space == "w+" else 1
    spread = (styles[:, 0] - mean[:, 0]).square().sum(1).mean().sqrt() / math.sqrt(styles.shape[2])
    return replace(one, space=space, styles=mean.expand(1, places, -1).clone()), spread


def image_shape(gan: GAN) -> tuple[int, int, int]:
    """(C, H, W) of the images that a model makes. Raises: NotSamplable."""
    check_space(gan, "z")
    shape = gan.sample(1, seed=0).shape[1:]
    if len(shape) != 3:
        raise NotSamplable(f"{type(gan).__name__} makes no images, so none can be put into it")
    return (shape[0], shape[1], shape[2])


def check_image(gan: GAN, image: Tensor) -> Tensor:
    """The image as a batch of one on the model's device. Raises: ConfigError, NotSamplable."""
    shape = image_shape(gan)
    if image.shape != shape:
        raise ConfigError(
            f"the image has the shape {tuple(image.shape)}, and the model makes {shape}", hint="crop and scale it first"
        )
    if not bool(image.isfinite().all()) or float(image.abs().max()) > 1:
        raise ConfigError("the image's values do not lie in [-1, 1]", hint="images / 127.5 - 1 for uint8")
    return gan.placed(image[None])


def pyramid_distance(first: Tensor, second: Tensor) -> Tensor:
    """(N,) mean squared differences of images (N, C, H, W), averaged over their size, half of it, ... down to 4."""
    return torch.stack([(a - b).square().mean((1, 2, 3)) for a, b in _pyramid(first, second)]).mean(0)


def _pyramid(first: Tensor, second: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    yield first, second
    while min(first.shape[2:]) >= 8:
        first, second = avg_pool2d(first, 2), avg_pool2d(second, 2)
        yield first, second


def learning_rate_share(t: float) -> float:
    """The share of the learning rate at the share t of the steps: a short way up, and half a cosine down."""
    down = min(1.0, (1 - t) / RAMP_DOWN)
    return (0.5 - 0.5 * math.cos(math.pi * down)) * min(1.0, t / RAMP_UP + 1e-2)


def _value(codes: Codes) -> Tensor:
    """What is searched."""
    return codes.latent["z"] if codes.styles is None else codes.styles


def _with(codes: Codes, value: Tensor) -> Codes:
    """The codes with another value."""
    if codes.styles is None:
        return replace(codes, latent={**codes.latent, "z": value})
    return replace(codes, styles=value)

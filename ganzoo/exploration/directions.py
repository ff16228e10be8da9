"""Directions of a latent space that change samples most, in closed form (SeFa, arXiv:2007.06600).

What a layer makes of a code is A code + b. Moved by alpha n, the code changes it by alpha A n, which is largest for
the eigenvectors of A^T A (equations 4 to 8). No sample is drawn, and nothing is learned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.exploration.codes import Codes, Space, best_space, check_space, draw_codes, joined, render
from ganzoo.exploration.mixing import check_layers
from ganzoo.gan import GAN


@dataclass(frozen=True)
class Directions:
    """Unit vectors (count, dim) of a space, and how strongly each is taken up: the eigenvalues (count,), falling."""

    space: Space
    vectors: Tensor
    strengths: Tensor
    layers: tuple[int, ...] | None = None


def directions(
    gan: GAN, *, count: int = 8, space: Space | None = None, layers: Sequence[int] | None = None
) -> Directions:
    """The directions that the generator's first layer, or the styles of some layers, take up most.

    Args:
        count: at most the space's dimensions.
        space: "z" or "w"; None takes "w" where there are styles.
        layers: of "w": the places of 0 to num_styles - 1 whose matrices count; None takes all.

    Raises: NotSamplable for a model whose first layer is not linear in its code, ConfigError.
    """
    space = best_space(gan) if space is None else space
    check_space(gan, space)
    chosen = None
    if space == "z":
        matrix = first_weights(gan)
    else:
        styled: Any = gan
        weights = styled.style_weights()
        chosen = tuple(range(len(weights)) if layers is None else check_layers(gan, layers))
        matrix = torch.cat([weights[layer].detach() for layer in chosen])
    if not 1 <= count <= matrix.shape[1]:
        raise ConfigError(f"count={count}: the space has {matrix.shape[1]} dimensions")
    gram = matrix.double().T @ matrix.double()
    values, vectors = torch.linalg.eigh(gram)  # rising
    order = values.argsort(descending=True)[:count]
    return Directions(space, vectors[:, order].T.to(matrix.dtype), values[order].to(matrix.dtype), chosen)


def move(gan: GAN, codes: Codes, found: Directions, index: int, amount: float) -> Codes:
    """Points moved along one direction, `amount` times its unit vector; in "w" in its layers alone."""
    step = amount * found.vectors[index]
    if codes.styles is None:
        with torch.no_grad():
            return replace(codes, latent=gan.prior.shift(codes.latent, step.to(codes.latent["z"])))
    styles = codes.styles.clone()
    styles[:, list(found.layers or range(styles.shape[1]))] += step.to(styles)
    return replace(codes, styles=styles)


def edits(
    gan: GAN,
    found: Directions,
    *,
    seed: int = 0,
    amounts: Sequence[float] = (-3, -1.5, 0, 1.5, 3),
    label: int | None = None,
) -> Tensor:
    """One sample moved along each direction: (directions * amounts, ...) samples, a row for each direction."""
    code = draw_codes(gan, [seed], space=found.space, label=label)
    moved = [move(gan, code, found, index, amount) for index in range(len(found.vectors)) for amount in amounts]
    return render(gan, joined(moved), seed=seed)


def first_weights(gan: GAN) -> Tensor:
    """The matrix (rows, dim) of the layer that the code meets first, found by watching one forward pass.

    Raises: NotSamplable if no linear or convolutional layer takes the code as it is, or scaled.
    """
    codes = draw_codes(gan, [0, 1])
    if "z" not in codes.latent:
        raise NotSamplable(f"the latent of {type(gan).__name__} has no part z", hint="directions need one")
    with watched(gan) as met, gan.evaluation():
        z = gan.prior(codes.latent)
        gan.generate(codes.latent, codes.batch)
    for module, given in met:
        flat = given.flatten(1)
        if flat.shape[0] != len(z) or flat.shape[1] < z.shape[1]:
            continue
        beside = flat[:, : z.shape[1]]  # labels may follow
        if bool((torch.cosine_similarity(beside.double(), z.double()) > 0.9999).all()):
            return rows_of(module)[:, : z.shape[1]]
    raise NotSamplable(
        f"no layer of {type(gan).__name__} takes the latent code as it is",
        hint="directions in closed form need a first layer that is linear in the code",
    )


def rows_of(layer: nn.Module) -> Tensor:
    """The weights of a layer as a matrix (outputs, inputs); those of a convolution as if its input were one pixel."""
    weight: Any = layer.weight
    if isinstance(layer, nn.ConvTranspose2d):
        weight = weight.transpose(0, 1)
    return weight.detach().flatten(2).transpose(1, 2).flatten(0, 1) if weight.ndim > 2 else weight.detach()


@contextmanager
def watched(gan: GAN) -> Iterator[list[tuple[Any, Tensor]]]:
    """A list that fills with the layers with a matrix of weights that run, in order, and what each was given."""
    met: list[tuple[Any, Tensor]] = []
    hooks = [
        module.register_forward_pre_hook(lambda module, given: met.append((module, given[0])))
        for module in gan.modules()
        if isinstance(weight := getattr(module, "weight", None), Tensor) and weight.ndim > 1
    ]
    try:
        yield met
    finally:
        for hook in hooks:
            hook.remove()

"""What a latent prior is: pure randomness first, then a function of it that may have weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganzoo.errors import ConfigError, NotSamplable


class Latent(nn.Module):
    """Draws the randomness of generation, and turns it into the generator's input.

    Args:
        dim: numbers in the generator's input, at least 1.

    `draw` holds ALL randomness and no weights: a dict of parts such as "z" or "component", each with N rows.
    `forward` turns the parts into (N, dim) and may use weights, which then are trained with the generator's.
    `truncate`, `shift`, `interpolate` and `nearest` carry along parts that a GAN has added to those of the prior.
    """

    def __init__(self, *, dim: int) -> None:
        super().__init__()
        if dim < 1:
            raise ConfigError(f"a latent of {dim} numbers cannot drive a generator; at least 1 is needed")
        self.dim = dim

    def draw(self, n: int, rng: torch.Generator) -> dict[str, Tensor]:
        """N rows of every part, on the generator's device."""
        raise NotImplementedError

    def forward(self, parts: dict[str, Tensor]) -> Tensor:
        """(N, dim) from the parts of `draw`."""
        return parts["z"]

    def truncate(self, parts: dict[str, Tensor], truncation: float) -> dict[str, Tensor]:
        """The same draws pulled towards the bulk of the prior; smaller is tamer."""
        raise NotSamplable(
            f"the latent {type(self).__name__} cannot be truncated", hint="leave out truncation, or use a normal latent"
        )

    def nearest(self, parts: dict[str, Tensor]) -> dict[str, Tensor]:
        """Parts that a search has moved, brought back to where the prior can plausibly be; here they stay."""
        return parts

    def shift(self, parts: dict[str, Tensor], step: Tensor) -> dict[str, Tensor]:
        """Parts whose input to the generator is moved by a step (dim,)."""
        return {**parts, "z": parts["z"] + step}

    def interpolate(self, first: dict[str, Tensor], second: dict[str, Tensor], t: float) -> dict[str, Tensor]:
        """Parts at the share t in [0, 1] of the way; integer parts stay at the first until t reaches 1."""
        return {
            name: torch.lerp(a, second[name], t) if a.is_floating_point() else (a if t < 1 else second[name])
            for name, a in first.items()
        }

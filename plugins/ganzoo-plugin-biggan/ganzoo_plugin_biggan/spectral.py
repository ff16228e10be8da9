"""Spectral normalisation that is quick to set up where there are no values yet.

A model is built without memory before its weights are read from a file. torch's own normalisation goes through 15 steps
of the power method there, of which nothing remains, and which take seconds for networks with as many layers as these.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize
from torch.nn.utils import parametrize

STEPS_AT_FIRST = 15


class SpectralNorm(nn.Module):
    """weight / (u . W v), where W is the weight (rows, ...) as a matrix (arXiv:1802.05957, algorithm 1).

    One step of the power method per forward pass in training, none in evaluation. The names of tensors are those of
    `torch.nn.utils.parametrizations.spectral_norm`.

    Args:
        weight: what will be normalised.
        eps: the least norm that a vector is divided by.
    """

    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, eps: float = 1e-12) -> None:
        super().__init__()
        self.eps = eps
        matrix = weight.detach().flatten(1)
        self.register_buffer("_u", torch.randn_like(matrix[:, 0]))
        self.register_buffer("_v", torch.zeros_like(matrix[0]))
        for _ in range(0 if weight.is_meta else STEPS_AT_FIRST):
            self.step(matrix)

    @torch.no_grad()
    def step(self, matrix: Tensor) -> None:
        """One step of the power method."""
        self._v.copy_(normalize(matrix.T @ self._u, dim=0, eps=self.eps))
        self._u.copy_(normalize(matrix @ self._v, dim=0, eps=self.eps))

    def forward(self, weight: Tensor) -> Tensor:
        matrix = weight.flatten(1)
        if self.training:
            self.step(matrix)
        # Copies, as the next pass moves the vectors before this one goes backward.
        return weight / (self._u.clone() @ (matrix @ self._v.clone()))

    def right_inverse(self, weight: Tensor) -> Tensor:
        """What is set as the weight becomes what is normalised."""
        return weight


def spectral_norm(*kinds: type[nn.Module], inside: nn.Module) -> None:
    """Normalise the weights of all layers of these kinds inside a module."""
    for layer in [layer for layer in inside.modules() if isinstance(layer, kinds)]:
        assert isinstance(layer.weight, Tensor)
        parametrize.register_parametrization(layer, "weight", SpectralNorm(layer.weight), unsafe=True)

"""Pixel-wise normalisation of features, for generators."""

from __future__ import annotations

from torch import Tensor, nn


class PixelNorm(nn.Module):
    """Every pixel's features divided by their root mean square over the channels (arXiv:1710.10196, section 4.2).

    (N, C, ...) -> (N, C, ...). A vector of C zeros stays zero.
    """

    def __init__(self, eps: float = 1e-8) -> None:
        super().__init__()
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return x * (x.square().mean(dim=1, keepdim=True) + self.eps).rsqrt()

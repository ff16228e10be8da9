"""A mapping network for labels whose features are known beforehand, with a mean style per class (arXiv:2202.00273)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganzoo_plugin_stylegan.dense import Dense
from ganzoo_plugin_stylegan.mapping import Mapping


class TableEmbedding(nn.Module):
    """One-hot labels (N, num_classes) -> (N, outputs): a row of a table of features, through one layer."""

    def __init__(self, num_classes: int, features: int, outputs: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.randn(num_classes, features))
        self.project = Dense(features, outputs, activate=True)

    def forward(self, condition: Tensor) -> Tensor:
        return self.project(condition @ self.table)


class ClassMapping(Mapping):
    """As `Mapping`, with features of classes, such as a classifier's, in place of labels.

    Args:
        num_classes, features: of the table.
    """

    def __init__(
        self, *, latent_dim: int, style_dim: int, num_classes: int, features: int, layers: int = 2, rate: float = 0.01
    ) -> None:
        super().__init__(
            latent_dim=latent_dim, style_dim=style_dim, condition_dim=num_classes, layers=layers, embedding=latent_dim,
            rate=rate,
        )  # fmt: skip
        self.embed = TableEmbedding(num_classes, features, latent_dim)
        self.register_buffer("average", torch.zeros(num_classes, style_dim))

    @torch.no_grad()
    def track(self, w: Tensor, decay: float, condition: Tensor | None = None) -> None:
        assert condition is not None
        counts = condition.sum(0)[:, None]
        means = condition.t() @ w / counts.clamp_min(1)
        self.average.lerp_(means.to(self.average), (1 - decay) * (counts > 0).to(self.average))

    def mean(self, condition: Tensor | None) -> Tensor:
        assert condition is not None
        return condition @ self.average

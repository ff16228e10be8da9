"""The critic of sequences: convolutions over words, the largest answer of each, and a highway."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Highway(nn.Module):
    """tau * relu(H x) + (1 - tau) * x with the gate tau = sigmoid(T x) (arXiv:1505.00387); mostly x at first."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.transform, self.gate = nn.Linear(width, width), nn.Linear(width, width)
        nn.init.constant_(self.gate.bias, -2.0)

    def forward(self, x: Tensor) -> Tensor:
        gate = self.gate(x).sigmoid()
        return gate * self.transform(x).relu() + (1 - gate) * x


class ConvolutionalCritic(nn.Module):
    """Logits (N,) that sequences of tokens (N, length) are real (arXiv:1609.05473, section 3.3).

    Args:
        vocabulary, length: of the sequences.
        embedding_dim: numbers per token.
        kernels: widths of the convolutions; those beyond the length are left out.
        filters: of each width.
        dropout: share of the features that are dropped in training.
    """

    def __init__(
        self,
        *,
        vocabulary: int,
        length: int,
        embedding_dim: int = 32,
        kernels: tuple[int, ...] = (1, 2, 3, 4, 5),
        filters: int = 32,
        dropout: float = 0.25,
    ) -> None:
        super().__init__()
        kernels = tuple(kernel for kernel in kernels if kernel <= length)
        self.embedding = nn.Embedding(vocabulary, embedding_dim)
        self.convolutions = nn.ModuleList(nn.Conv1d(embedding_dim, filters, kernel) for kernel in kernels)
        self.highway = Highway(filters * len(kernels))
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(filters * len(kernels), 1)

    def forward(self, ids: Tensor) -> Tensor:
        embedded = self.embedding(ids).transpose(1, 2)  # (N, embedding_dim, length)
        largest = [convolution(embedded).relu().amax(2) for convolution in self.convolutions]
        return self.output(self.dropout(self.highway(torch.cat(largest, 1)))).squeeze(1)

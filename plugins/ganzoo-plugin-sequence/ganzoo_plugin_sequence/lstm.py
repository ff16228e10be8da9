"""A language model of one LSTM: it draws sequences token by token, and says how likely a given one is."""

from __future__ import annotations

import torch
from torch import Tensor, nn

State = tuple[Tensor, Tensor]


class LanguageModel(nn.Module):
    """p(ids) = prod_t p(ids_t | ids_<t) over sequences of int64 tokens in [0, vocabulary).

    Args:
        vocabulary: number of tokens; an embedding of its own stands for the start of every sequence.
        embedding_dim, hidden_dim: of the embedding and the LSTM.
    """

    def __init__(self, *, vocabulary: int, embedding_dim: int = 32, hidden_dim: int = 32) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.embedding = nn.Embedding(vocabulary + 1, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim, batch_first=True)
        self.output = nn.Linear(hidden_dim, vocabulary)

    def start(self, n: int) -> Tensor:
        """What n sequences begin with: the start tokens (n, 1)."""
        return torch.full((n, 1), self.vocabulary, device=self.output.weight.device)

    def forward(self, tokens: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Log-probabilities (N, L, vocabulary) of what follows each of the tokens (N, L), and the state after them."""
        hidden, state = self.lstm(self.embedding(tokens), state)
        return self.output(hidden).log_softmax(-1), state

    def log_probabilities(self, ids: Tensor) -> Tensor:
        """log p(ids_t | ids_<t) of every token of (N, T) sequences, (N, T)."""
        log_p, _ = self(torch.cat([self.start(len(ids)), ids[:, :-1]], 1))
        return log_p.gather(2, ids[:, :, None]).squeeze(2)

    def complete(self, uniforms: Tensor, last: Tensor | None = None, state: State | None = None) -> Tensor:
        """Sequences (N, L) drawn with numbers (N, L) in [0, 1), each token where they fall in its distribution.

        Args:
            uniforms: one number for every token to draw.
            last, state: the token (N, 1) to go on after, and the state before it; None starts afresh.
        """
        last = self.start(len(uniforms)) if last is None else last
        drawn = []
        for u in uniforms.split(1, 1):
            log_p, state = self(last, state)
            edges = log_p.squeeze(1).exp().cumsum(1)
            # The last edge is 1 but for rounding, so what lies beyond it is the last token.
            last = torch.searchsorted(edges, u.contiguous(), right=True).clamp(max=self.vocabulary - 1)
            drawn.append(last)
        return torch.cat(drawn, 1) if drawn else uniforms.long()

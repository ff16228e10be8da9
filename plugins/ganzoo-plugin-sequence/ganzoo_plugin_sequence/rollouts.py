"""What each token of a sequence was worth, found by playing the rest of it many times over."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ganzoo_plugin_sequence.lstm import LanguageModel


@torch.no_grad()
def rollout_rewards(
    policy: LanguageModel, judge: Callable[[Tensor], Tensor], ids: Tensor, rollouts: int, rng: torch.Generator
) -> Tensor:
    """Action values Q (N, T) of the tokens of sequences (N, T): equation 4 of arXiv:1609.05473.

    Args:
        policy: completes the sequences.
        judge: sequences (M, T) -> rewards (M,).
        rollouts: completions of each prefix.
        rng: on the device of the sequences.

    Q_t is the mean reward of completions of the first t tokens; a whole sequence has its own reward.
    """
    n, length = ids.shape
    values, state, last = [], None, policy.start(n)
    for t in range(1, length):
        _, state = policy(last, state)  # after the first t - 1 tokens; the token t is read when the rest is drawn
        last = ids[:, t - 1 : t]
        uniforms = torch.rand(n * rollouts, length - t, generator=rng, device=ids.device)
        many = tuple(part.repeat_interleave(rollouts, 1) for part in state)
        rest = policy.complete(uniforms, last.repeat_interleave(rollouts, 0), many)
        prefixes = ids[:, :t].repeat_interleave(rollouts, 0)
        values.append(judge(torch.cat([prefixes, rest], 1)).view(n, rollouts).mean(1))
    return torch.stack([*values, judge(ids)], 1)

"""SeqGAN: sequences of tokens by policy gradient (Yu et al. 2016, arXiv:1609.05473).

No gradient passes through a token that was drawn, so the generator is a policy: each token earns the mean verdict of
the critic on completions of the sequence up to it, played out by a lagged copy of the generator. It starts from maximum
likelihood, for without that no reward tells one token from another. A lazy version gives every token the verdict on
the whole sequence, or rolls out with the very policy that is being changed.

    u (N, length) in [0, 1) -> tokens (N, length) int64;  critic: tokens -> logits (N,)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import softplus

from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Defaults, Phase, Player, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo_plugin_sequence.convolutional_critic import ConvolutionalCritic
from ganzoo_plugin_sequence.lstm import LanguageModel
from ganzoo_plugin_sequence.policy_gradient import advantages, policy_gradient_loss
from ganzoo_plugin_sequence.rollouts import rollout_rewards


class SeqGAN(GAN):
    """A language model that is trained by likelihood, and then by what a critic says of its sequences.

    Args:
        vocabulary, length: of the sequences.
        embedding_dim, hidden_dim: of the generator.
        filters: of each width of the critic's convolutions.
        dropout, decay: of the critic; `decay` weighs the squares of its last layer.
        rollouts: completions of each prefix.
        lag: share of the roll-out policy that stays as it was in a round.
        critic_steps: of the critic for one of the policy.
        baseline: subtracts from each step's rewards their mean over the batch; the paper does not.
        shares: of the run: maximum likelihood, the critic alone, both in turn. The last may be 0.
        shuffled: gives each sequence the rewards of another, which takes the idea away.
    """

    defaults = Defaults(
        optimizer={"name": "adam", "lr": 5e-3, "betas": (0.9, 0.999)}, batch_size=64, rounds=3600, ema=None
    )
    sampling = ("generator",)
    composes = frozenset()

    def __init__(
        self,
        *,
        vocabulary: int = 50,
        length: int = 10,
        embedding_dim: int = 32,
        hidden_dim: int = 32,
        filters: int = 32,
        dropout: float = 0.25,
        decay: float = 0.1,
        rollouts: int = 16,
        lag: float = 0.8,
        critic_steps: int = 5,
        baseline: bool = True,
        shares: tuple[float, ...] = (10.0, 1.0, 1.0),
        shuffled: bool = False,
    ) -> None:
        super().__init__()
        counts = {
            "length": length, "embedding_dim": embedding_dim, "hidden_dim": hidden_dim, "filters": filters,
            "rollouts": rollouts, "critic_steps": critic_steps, "vocabulary": vocabulary - 1,
        }  # fmt: skip
        if small := [name for name, count in counts.items() if count < 1]:
            raise ConfigError(f"{', '.join(small)} too small: vocabulary is 2 or more, all other counts 1 or more")
        if not 0 <= dropout < 1 or decay < 0:
            raise ConfigError(f"dropout={dropout}, decay={decay}: dropout lies in [0, 1), decay is 0 or more")
        if not 0 <= lag < 1 or len(shares) != 3 or min(shares) < 0 or not sum(shares):
            raise ConfigError(f"lag={lag}, shares={shares}: the lag lies in [0, 1), the shares are three of 0 or more")
        self.length, self.rollouts, self.lag, self.decay = length, rollouts, lag, decay
        self.critic_steps, self.shares, self.baseline, self.shuffled = critic_steps, shares, baseline, shuffled
        self.generator, self.lagged = (
            LanguageModel(vocabulary=vocabulary, embedding_dim=embedding_dim, hidden_dim=hidden_dim) for _ in range(2)
        )
        self.lagged.requires_grad_(False)
        self.judge = ConvolutionalCritic(
            vocabulary=vocabulary, length=length, embedding_dim=embedding_dim, filters=filters, dropout=dropout
        )
        self.catch_up()

    def players(self) -> Sequence[Player]:
        slow = {"lr": 1e-3}
        return (
            Player("likelihood", ("generator",), self.likelihood_loss, clip=5.0),
            Player("policy", ("generator",), self.policy_loss, clip=5.0, optimizer=slow),
            Player("critic", ("judge",), self.critic_loss, steps=self.critic_steps, optimizer=slow),
        )

    def phases(self) -> Sequence[Phase]:
        likelihood, critic, both = self.shares
        return (
            Phase("likelihood", likelihood, ("likelihood",), on_end=self.catch_up),
            Phase("critic", critic, ("critic",)),
            Phase("adversarial", both, ("policy", "critic")),
        )

    def catch_up(self, run: Any = None) -> None:
        """Let the roll-out policy be the generator."""
        self.lagged.load_state_dict(self.generator.state_dict())

    def likelihood_loss(self, batch: Batch, turn: Turn) -> Terms:
        """The cross entropy of the data's tokens, in nats per token."""
        return {"cross_entropy": -self.generator.log_probabilities(batch["x"]).mean()}

    def critic_loss(self, batch: Batch, turn: Turn) -> Terms:
        with torch.no_grad():
            fake = self.generate(self.latent(len(batch["x"]), turn.rng), {})
        real_logits, fake_logits = self.judge(batch["x"]), self.judge(fake)
        turn.log("accuracy", ((real_logits > 0).float().mean() + (fake_logits < 0).float().mean()) / 2)
        last = self.judge.output
        return {
            "adversarial": (softplus(-real_logits).mean() + softplus(fake_logits).mean()) / 2,
            "decay": self.decay / 2 * (last.weight.square().sum() + last.bias.square().sum()),
        }

    def policy_loss(self, batch: Batch, turn: Turn) -> Terms:
        with torch.no_grad():
            ids = self.generate(self.latent(len(batch["x"]), turn.rng), {})
        values = self.rewards(ids, turn.rng)
        if self.shuffled:
            values = values[torch.randperm(len(values), generator=turn.rng, device=values.device)]
        turn.log("reward", values[:, -1].mean())
        if self.baseline:
            values = advantages(values)
        return {"policy_gradient": policy_gradient_loss(self.generator.log_probabilities(ids), values)}

    def rewards(self, ids: Tensor, rng: torch.Generator) -> Tensor:
        """What each token of sequences (N, length) earns, (N, length) in (0, 1); the critic drops nothing."""
        training = self.judge.training
        self.judge.eval()
        try:
            return rollout_rewards(self.lagged, lambda x: self.judge(x).sigmoid(), ids, self.rollouts, rng)
        finally:
            self.judge.train(training)

    @torch.no_grad()
    def after_round(self, turn: Turn) -> None:
        """The roll-out policy follows the generator (section 3.2)."""
        if turn.phase == "adversarial":
            for old, new in zip(self.lagged.parameters(), self.generator.parameters(), strict=True):
                old.lerp_(new, 1 - self.lag)

    def latent(self, n: int, rng: torch.Generator) -> Latents:
        return {"uniform": torch.rand(n, self.length, generator=rng, device=rng.device)}

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        """Tokens (N, length) int64."""
        return self.generator.complete(latent["uniform"])

    @torch.no_grad()
    def negative_log_likelihood(self, ids: Tensor) -> float:
        """Mean of -log p(token | tokens before it) of sequences (N, length), in nats per token."""
        return -float(self.generator.log_probabilities(ids.to(self.device)).double().mean())

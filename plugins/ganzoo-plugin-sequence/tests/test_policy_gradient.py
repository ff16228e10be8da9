"""Rewards and gradients against sums over every sequence of a tiny language."""

from __future__ import annotations

import itertools

import pytest
import torch

from ganzoo_plugin_sequence.lstm import LanguageModel
from ganzoo_plugin_sequence.policy_gradient import advantages, policy_gradient_loss
from ganzoo_plugin_sequence.rollouts import rollout_rewards

VOCABULARY, LENGTH = 3, 3
EVERY = torch.tensor(list(itertools.product(range(VOCABULARY), repeat=LENGTH)))


@pytest.fixture
def policy():
    torch.manual_seed(1)
    model = LanguageModel(vocabulary=VOCABULARY, embedding_dim=3, hidden_dim=4).double()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.7)
    return model


def judge(ids: torch.Tensor) -> torch.Tensor:
    """A reward in (0, 1) that depends on every token and its place."""
    return (ids * torch.tensor([0.3, -0.7, 1.1], dtype=torch.float64) + ids.square() * 0.2).sum(1).sigmoid()


def number(ids: torch.Tensor) -> torch.Tensor:
    """Row of each sequence in EVERY."""
    return (ids * torch.tensor([VOCABULARY**2, VOCABULARY, 1])).sum(1)


def exact_values(policy: LanguageModel) -> torch.Tensor:
    """Q of every token of EVERY: the mean reward of all completions, weighed by their probabilities."""
    p = policy.log_probabilities(EVERY).sum(1).exp()
    values = torch.empty(len(EVERY), LENGTH, dtype=torch.float64)
    for t in range(1, LENGTH + 1):
        for row, ids in enumerate(EVERY):
            same = (EVERY[:, :t] == ids[:t]).all(1)
            values[row, t - 1] = (p[same] * judge(EVERY[same])).sum() / p[same].sum()
    return values


def test_rewards_are_the_means_of_all_completions(policy):
    rng = torch.Generator().manual_seed(0)
    n = 4000
    found = rollout_rewards(policy, judge, EVERY, n, rng)
    with torch.no_grad():
        expected = exact_values(policy)
    assert float((found - expected).abs().max()) < 5 * 0.5 / n**0.5 / 2
    assert torch.equal(found[:, -1], judge(EVERY)), "a whole sequence has its own reward"
    assert not found.requires_grad


def test_every_token_is_valued_by_completions_of_its_own_prefix(policy):
    seen: list[torch.Tensor] = []

    def watch(ids: torch.Tensor) -> torch.Tensor:
        seen.append(ids)
        return judge(ids)

    rollout_rewards(policy, watch, EVERY, 4, torch.Generator().manual_seed(0))
    assert [len(ids) for ids in seen] == [4 * len(EVERY)] * (LENGTH - 1) + [len(EVERY)]
    for t, ids in enumerate(seen[:-1], 1):
        assert torch.equal(ids[:, :t], EVERY[:, :t].repeat_interleave(4, 0))


def expected_reward(policy: LanguageModel) -> torch.Tensor:
    return (policy.log_probabilities(EVERY).sum(1).exp() * judge(EVERY)).sum()


def test_its_gradient_is_that_of_the_expected_reward(policy):
    with torch.no_grad():
        p, values = policy.log_probabilities(EVERY).sum(1).exp(), exact_values(policy)
    # The mean over draws, with every sequence drawn as often as it is likely.
    weighed = values * p[:, None] * len(EVERY)
    policy_gradient_loss(policy.log_probabilities(EVERY), weighed).backward()
    step = 1e-5
    for parameter in policy.parameters():
        flat, gradient = parameter.data.view(-1), parameter.grad.view(-1)
        for i in range(0, len(flat), 7):
            was = float(flat[i])
            flat[i] = was + step
            above = expected_reward(policy).item()
            flat[i] = was - step
            below = expected_reward(policy).item()
            flat[i] = was
            assert float(gradient[i]) == pytest.approx(-(above - below) / (2 * step), abs=1e-8)


def test_the_estimate_from_draws_has_that_gradient_in_the_mean_with_and_without_a_baseline(policy):
    expected = torch.autograd.grad(-expected_reward(policy), policy.output.bias)[0]
    n, rng = 60_000, torch.Generator().manual_seed(3)
    with torch.no_grad():
        ids = policy.complete(torch.rand(n, LENGTH, generator=rng, dtype=torch.float64))
        values = exact_values(policy)[number(ids)]
    spread = []
    for q in (values, advantages(values)):
        loss = policy_gradient_loss(policy.log_probabilities(ids), q)
        found = torch.autograd.grad(loss, policy.output.bias)[0]
        spread.append(float((found - expected).abs().max()))
        assert spread[-1] < 0.012
    torch.testing.assert_close(advantages(values).mean(0), torch.zeros(LENGTH, dtype=torch.float64))


def test_no_gradient_passes_through_the_values():
    log_p = torch.zeros(2, 3, requires_grad=True)
    values = torch.ones(2, 3, requires_grad=True)
    policy_gradient_loss(log_p, values).backward()
    assert values.grad is None
    torch.testing.assert_close(log_p.grad, torch.full((2, 3), -0.5))

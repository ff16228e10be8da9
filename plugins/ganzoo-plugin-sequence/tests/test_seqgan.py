from __future__ import annotations

import copy

import pytest
import torch
from torch.nn.functional import cross_entropy, softplus

import ganzoo
from ganzoo.errors import CompatibilityError, ConfigError, NotSamplable
from ganzoo.training.loop import train
from ganzoo_plugin_sequence.oracle import oracle_lstm
from ganzoo_plugin_sequence.policy_gradient import advantages, policy_gradient_loss
from ganzoo_plugin_sequence.seqgan import SeqGAN

SMALL = {"vocabulary": 5, "length": 4, "embedding_dim": 4, "hidden_dim": 4, "filters": 2, "rollouts": 3}


@pytest.fixture
def gan():
    torch.manual_seed(0)
    return SeqGAN(**SMALL)


@pytest.fixture
def ids():
    return torch.randint(5, (6, 4), generator=torch.Generator().manual_seed(1))


def test_pretraining_is_the_cross_entropy_of_the_next_token(gan, ids, turn):
    logits = gan.generator.output(gan.generator.lstm(gan.generator.embedding(
        torch.cat([torch.full((6, 1), 5), ids[:, :-1]], 1)
    ))[0])  # fmt: skip
    terms = gan.likelihood_loss({"x": ids}, turn)
    torch.testing.assert_close(sum(terms.values()), cross_entropy(logits.flatten(0, 1), ids.flatten()))
    assert gan.negative_log_likelihood(ids) == pytest.approx(terms["cross_entropy"].item(), rel=1e-6)


def test_the_critic_s_loss_is_binary_cross_entropy_and_a_decay_of_its_last_layer(gan, ids, turn):
    gan.judge.eval()
    rng = torch.Generator().manual_seed(0)
    fake = gan.generate(gan.latent(6, rng), {})
    terms = gan.critic_loss({"x": ids}, turn)
    expected = (softplus(-gan.judge(ids)).mean() + softplus(gan.judge(fake)).mean()) / 2
    torch.testing.assert_close(terms["adversarial"], expected)
    output = gan.judge.output
    torch.testing.assert_close(terms["decay"], 0.05 * (output.weight.square().sum() + output.bias.square().sum()))


def test_the_policy_is_rewarded_with_the_critic_s_probability_by_the_lagged_policy(gan, turn):
    torch.nn.init.normal_(gan.lagged.output.bias, std=3.0)
    gan.train()
    rng = torch.Generator().manual_seed(0)
    ids = gan.generate(gan.latent(6, rng), {})
    values = gan.rewards(ids, rng)
    assert gan.judge.training, "the critic is left as it was"
    gan.judge.eval()
    torch.testing.assert_close(values[:, -1], gan.judge(ids).sigmoid())
    found = gan.policy_loss({"x": ids}, turn)["policy_gradient"]
    torch.testing.assert_close(found, policy_gradient_loss(gan.generator.log_probabilities(ids), advantages(values)))
    own, gan.lagged = gan.lagged, gan.generator
    rng = torch.Generator().manual_seed(0)
    gan.latent(6, rng)
    assert not torch.equal(gan.rewards(ids, rng)[:, 0], values[:, 0]), "the rest is played by the lagged policy"
    gan.lagged = own


def test_the_shuffled_control_has_the_same_rewards_in_other_places(turn):
    losses = []
    for settings in ({}, {"shuffled": True}, {"baseline": False}):
        torch.manual_seed(0)
        gan = SeqGAN(**SMALL, **settings)
        torch.nn.init.normal_(gan.judge.output.weight, std=5.0)
        turn.rng.manual_seed(0)
        losses.append(gan.policy_loss({"x": torch.zeros(6, 4)}, turn)["policy_gradient"].item())
    assert len(set(losses)) == 3


def test_the_lagged_policy_follows_only_while_the_policy_plays(gan, turn):
    torch.nn.init.ones_(gan.generator.output.bias)
    before = copy.deepcopy(gan.lagged.state_dict())
    turn.phase = "critic"
    gan.after_round(turn)
    assert all(torch.equal(value, before[name]) for name, value in gan.lagged.state_dict().items())
    turn.phase = "adversarial"
    gan.after_round(turn)
    expected = 0.8 * before["output.bias"] + 0.2
    torch.testing.assert_close(gan.lagged.output.bias, expected)
    gan.catch_up()
    assert torch.equal(gan.lagged.output.bias, gan.generator.output.bias)


def test_the_generator_starts_to_be_lagged_from_where_likelihood_left_it():
    data = oracle_lstm(vocabulary=5, length=4, size=64)
    gan = SeqGAN(**SMALL, shares=(1.0, 1.0, 0.0))
    train(gan, data, rounds=8, batch_size=8)
    assert torch.equal(gan.lagged.output.bias, gan.generator.output.bias)


def test_samples_are_tokens(gan):
    samples = gan.sample(20, seed=1)
    assert (
        samples.dtype == torch.int64 and samples.shape == (20, 4) and 0 <= int(samples.min()) <= int(samples.max()) < 5
    )
    assert torch.equal(samples, gan.sample(20, seed=1, batch_size=3)) and torch.equal(
        samples[:3], gan.sample(3, seed=1)
    )
    for wrong in ({"truncation": 0.5}, {"source": torch.zeros(1, 3, 4, 4)}):
        with pytest.raises(NotSamplable):
            gan.sample(2, **wrong)
    with pytest.raises(NotSamplable):
        ganzoo.interpolate(gan, seeds=[0, 1])


def test_what_does_not_fit_is_refused():
    for wrong in ({"vocabulary": 1}, {"length": 0}, {"rollouts": 0}, {"lag": 1.0}, {"shares": (1.0, 1.0)}):
        with pytest.raises(ConfigError):
            SeqGAN(**{**SMALL, **wrong})
    with pytest.raises(CompatibilityError, match="tokens"):
        ganzoo.create("seqgan", data=ganzoo.load_data("ring8", size=10))
    with pytest.raises(CompatibilityError, match="tokens"):
        ganzoo.create("dcgan", data=oracle_lstm(size=10))
    with pytest.raises(CompatibilityError, match="vocabulary"):
        train(SeqGAN(**SMALL), oracle_lstm(size=10), rounds=3)


def test_maximum_likelihood_learns():
    data = oracle_lstm(vocabulary=5, length=4, size=500)
    gan = ganzoo.create("seqgan", data=data, seed=0, hidden_dim=16, shares=(1.0, 0.0, 0.0))
    before = gan.negative_log_likelihood(data.first(500)["x"])
    train(gan, data, rounds=100)
    assert gan.negative_log_likelihood(data.first(500)["x"]) < before - 0.3

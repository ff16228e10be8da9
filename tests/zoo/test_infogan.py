import math

import torch

import ganzoo


def build():
    return ganzoo.create("infogan", width=8, depth=1, noise=3, categories=(4,), continuous=2, code_width=8)


def test_the_information_is_the_entropy_less_the_cross_entropy_of_the_codes():
    gan = build()
    latent = gan.draw(50, 0)
    x = gan.generate(latent, {})
    logits, means = gan.recognise(x)
    right = logits[0].log_softmax(1)[torch.arange(50), latent["category0"]]
    torch.testing.assert_close(gan.categorical_information(x, latent), math.log(4) + right.mean())
    law = torch.distributions.Normal(means, 1.0)
    expected = (law.log_prob(latent["continuous"]).sum(1) + 2 * math.log(2)).mean()
    torch.testing.assert_close(gan.continuous_information(x, latent), expected)


def test_both_players_are_paid_for_information_and_only_on_generated_samples(turn):
    gan = build()
    batch = {"x": torch.randn(6, 2)}
    terms = gan.discriminator_loss(batch, turn)
    (terms["categorical"] + terms["continuous"]).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in gan.recogniser.parameters())
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in gan.trunk.parameters()), "the trunk is shared"
    assert all(p.grad is None for p in [*gan.generator.parameters(), *gan.discriminator.parameters()])
    before = terms["categorical"].detach()
    turn.rng.manual_seed(0)
    batch["x"] = batch["x"] + 5
    torch.testing.assert_close(gan.discriminator_loss(batch, turn)["categorical"].detach(), before)
    generator = gan.generator_loss(batch, turn)
    (generator["categorical"] + generator["continuous"]).backward()
    assert all(p.grad is not None for p in gan.generator.parameters())


def test_the_recogniser_belongs_to_the_discriminator_whose_trunk_it_shares():
    discriminator, generator = build().players()
    assert discriminator.modules == ("trunk", "discriminator", "recogniser") and generator.modules == ("generator",)

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import softplus

import ganzoo
from ganzoo.errors import CompatibilityError, ConfigError, NotSamplable
from ganzoo.training.loop import train
from ganzoo_plugin_translate.paired_shapes import paired_shapes
from ganzoo_plugin_translate.pix2pix import Pix2Pix

SMALL = {"source_channels": 1, "image_size": 16, "width": 4, "critic_width": 4, "critic_layers": 1}


@pytest.fixture
def gan():
    torch.manual_seed(0)
    return Pix2Pix(**SMALL)


@pytest.fixture
def batch():
    return paired_shapes(size=6).first(6)


def drawn(gan, batch):
    """What the generator makes of the batch in a turn whose stream begins."""
    return gan.generate(gan.latent(6, torch.Generator().manual_seed(0)), batch)


def test_the_generator_s_terms(gan, batch, turn):
    terms = gan.generator_loss(batch, turn)
    fake = drawn(gan, batch)
    torch.testing.assert_close(terms["l1"], 100 * (fake - batch["x"]).abs().mean())
    logits = gan.discriminator(torch.cat([batch["source"], fake], 1))
    assert logits.shape[:2] == (6, 1) and logits.shape[2] > 1, "one verdict per patch"
    torch.testing.assert_close(terms["adversarial"], softplus(-logits).mean())
    assert set(Pix2Pix(**SMALL, adversarial=0.0).generator_loss(batch, turn)) == {"l1"}


def test_the_critic_s_loss_is_halved_and_spares_the_generator(gan, batch, turn):
    terms = gan.discriminator_loss(batch, turn)
    real = gan.discriminator(torch.cat([batch["source"], batch["x"]], 1))
    fake = gan.discriminator(torch.cat([batch["source"], drawn(gan, batch)], 1))
    torch.testing.assert_close(terms["adversarial"], (softplus(-real).mean() + softplus(fake).mean()) / 2)
    sum(terms.values()).backward()
    assert all(parameter.grad is None for parameter in gan.generator.parameters())
    assert all(parameter.grad is not None for parameter in gan.discriminator.parameters())


def test_the_critic_judges_the_pair_unless_the_source_is_hidden(gan, batch):
    other = {**batch, "source": batch["source"].roll(1, 0)}
    assert not torch.equal(gan.critic(batch["x"], batch, "real"), gan.critic(batch["x"], other, "real"))
    blind = Pix2Pix(**SMALL, conditional=False)
    assert torch.equal(blind.critic(batch["x"], batch, "real"), blind.critic(batch["x"], other, "real"))


def test_noise_stays_on_when_sampling_and_comes_from_the_seed(gan, batch):
    source = batch["source"]
    samples = gan.sample(6, source=source, seed=3)
    assert samples.shape == (6, 3, 16, 16) and not torch.equal(samples, gan.sample(6, source=source, seed=4))
    same = gan.sample(6, source=source[:1].expand(6, -1, -1, -1), seed=3)
    assert not torch.allclose(same[0], same[1]), "each sample has noise of its own"
    torch.testing.assert_close(samples[4:5], gan.sample(6, source=source, seed=3, batch_size=1)[4:5])
    mask = gan.latent(500, torch.Generator().manual_seed(0))["mask0"]
    assert set(mask.unique().tolist()) == {0.0, 1.0} and 0.45 < float(mask.mean()) < 0.55
    still = Pix2Pix(**SMALL, dropout=0.0)
    assert torch.equal(still.sample(2, source=source, seed=3), still.sample(2, source=source, seed=4))


@pytest.mark.parametrize("size", [(16, 16), (21, 35), (64, 16)])
def test_sources_of_any_size(gan, size):
    assert gan.sample(2, source=torch.zeros(2, 1, *size), seed=0).shape == (2, 3, *size)


def test_what_does_not_fit_is_refused(gan):
    with pytest.raises(NotSamplable, match="source"):
        gan.sample(1)
    with pytest.raises(ConfigError, match="1, H, W"):
        gan.sample(1, source=torch.zeros(1, 3, 16, 16))
    with pytest.raises(NotSamplable, match="truncate"):
        gan.sample(1, source=torch.zeros(1, 1, 16, 16), truncation=0.5)
    with pytest.raises(NotSamplable):
        ganzoo.interpolate(gan, seeds=[0, 1])
    for wrong in ({"l1": -1.0}, {"adversarial": -1.0}, {"image_size": 4}):
        with pytest.raises(ConfigError):
            Pix2Pix(**{**SMALL, **wrong})
    with pytest.raises(CompatibilityError, match="pairs"):
        ganzoo.create("pix2pix", data=ganzoo.load_data("digits", image_size=8))
    with pytest.raises(CompatibilityError, match="holds pairs"):
        ganzoo.create("dcgan", data=paired_shapes(size=4))
    with pytest.raises(CompatibilityError, match="source_channels"):
        train(Pix2Pix(**{**SMALL, "source_channels": 3}), paired_shapes(size=4), rounds=1)


def test_it_takes_its_sizes_from_the_pairs():
    gan = ganzoo.create("pix2pix", data=paired_shapes(size=4, image_size=32))
    assert gan.config["source_channels"] == 1 and gan.config["channels"] == 3 and gan.generator.depth == 5
    assert {player.schedule for player in gan.players()} == {"linear"}


def test_penalties_and_losses_compose():
    data = paired_shapes(size=8)
    gan = Pix2Pix(**SMALL, critic_normalisation="instance")
    train(gan, data, rounds=2, batch_size=4, loss="least-squares", penalties=["r1", "gradient-penalty"])
    assert all(bool(parameter.isfinite().all()) for parameter in gan.parameters())

import pytest
import torch

import ganzoo
from ganzoo.errors import ConfigError


def test_the_label_enters_both_networks():
    gan = ganzoo.create("cgan", num_classes=3, width=8)
    latent, x = gan.draw(4, 0), torch.randn(4, 2)
    zeros, ones = torch.zeros(4, dtype=torch.int64), torch.ones(4, dtype=torch.int64)
    assert not torch.equal(gan.generate(latent, {"y": zeros}), gan.generate(latent, {"y": ones}))
    assert not torch.equal(gan.critic(x, {"y": zeros}, "real"), gan.critic(x, {"y": ones}, "real"))


def test_labels_are_drawn_from_the_shares_of_the_data_unless_given():
    data = ganzoo.load_data("ring8", decay=0.5, size=4000)
    gan = ganzoo.create("cgan", data=data, width=8)
    gan.data = data.spec
    drawn = torch.bincount(gan.choose_labels(4000, None, seed=0), minlength=8) / 4000
    shares = torch.tensor(data.spec.class_counts) / 4000
    assert (drawn - shares).abs().max() < 0.03
    assert gan.choose_labels(3, 2, 0).tolist() == [2, 2, 2] and gan.choose_labels(2, [1, 7], 0).tolist() == [1, 7]
    for wrong in ([8], [-1], [0, 1, 2]):
        with pytest.raises(ConfigError):
            gan.sample(1, labels=wrong)


def test_the_mismatch_term_is_the_loss_against_real_samples_with_wrong_labels(turn):
    gan = ganzoo.create("cgan", num_classes=2, width=8, mismatch=True)
    batch = {"x": torch.randn(6, 2), "y": torch.tensor([0, 1, 0, 1, 0, 1])}
    terms = gan.discriminator_loss(batch, turn)
    real = gan.critic(batch["x"], batch, "real")
    wrong = gan.critic(batch["x"], {"y": 1 - batch["y"]}, "real")
    torch.testing.assert_close(terms["mismatch"], 0.5 * gan.loss.discriminator(real, wrong))
    fake = gan.critic(turn.fake, batch, "fake")
    torch.testing.assert_close(terms["adversarial"], 0.5 * gan.loss.discriminator(real, fake))

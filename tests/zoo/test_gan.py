import pytest
import torch

import ganzoo
from ganzoo.errors import ConfigError


def test_the_generator_step_moves_through_the_critic_and_the_critic_step_does_not_reach_the_generator(turn):
    gan = ganzoo.create("gan", width=8, depth=1)
    batch = {"x": torch.randn(4, 2)}
    gan.discriminator_loss(batch, turn)["adversarial"].backward()
    assert all(parameter.grad is None for parameter in gan.generator.parameters())
    gan.generator_loss(batch, turn)["adversarial"].backward()
    assert all(parameter.grad is not None for parameter in gan.generator.parameters())


def test_packs_of_one_are_the_plain_gan_and_packs_of_two_judge_pairs(turn):
    gan, packed = (ganzoo.create("gan", seed=0, width=8, packing=packing) for packing in (1, 2))
    x = torch.randn(6, 2)
    assert gan.critic(x, {}, "real").shape == (6,) and packed.critic(x, {}, "real").shape == (3,)
    torch.testing.assert_close(packed.critic(x, {}, "real")[1], packed.discriminator(x[2:4].reshape(1, 4))[0, 0])


def test_radial_basis_functions_are_bumps_around_their_centres():
    gan = ganzoo.create("gan", generator="rbf", width=5, latent_dim=3)
    z = gan.generator.centres[:1]
    distance = (gan.generator.centres - z).square().mean(1)
    expected = gan.generator.output(torch.exp(-2 * distance)[None])
    torch.testing.assert_close(gan.generator(z), expected)


def test_images_are_bounded_and_points_are_not():
    assert ganzoo.create("gan", channels=1, image_size=(8, 6)).sample(3, seed=0).shape == (3, 1, 8, 6)
    gan = ganzoo.create("gan", features=5)
    with torch.no_grad():
        gan.generator[-1].bias.fill_(9.0)
    assert gan.sample(2, seed=0).min() > 1


@pytest.mark.parametrize("wrong", [{"width": 0}, {"features": 2, "channels": 1, "image_size": 8}, {"channels": 1}])
def test_settings_that_cannot_work_are_refused(wrong):
    with pytest.raises(ConfigError):
        ganzoo.create("gan", **wrong)

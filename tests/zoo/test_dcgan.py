import pytest
import torch
from torch import nn

import ganzoo
from ganzoo.errors import ConfigError


def kinds(module):
    return [type(layer) for layer in module.modules()]


def test_the_architecture_rules():
    gan = ganzoo.create("dcgan", image_size=32, width=4)
    for network in (gan.generator, gan.discriminator):
        assert not any("Pool" in kind.__name__ or kind is nn.Linear for kind in kinds(network))
    g, d = list(gan.generator.layers), list(gan.discriminator.layers)
    assert isinstance(g[-1], nn.Tanh) and isinstance(g[-2], nn.ConvTranspose2d), "the output has no batch normalisation"
    assert isinstance(d[1], nn.LeakyReLU) and isinstance(d[3], nn.BatchNorm2d), "the input has no batch normalisation"
    assert [layer.negative_slope for layer in d if isinstance(layer, nn.LeakyReLU)] == [0.2] * 3
    assert nn.ReLU in kinds(gan.generator) and nn.LeakyReLU not in kinds(gan.generator)
    weight = torch.cat([layer.weight.flatten() for layer in d if isinstance(layer, nn.Conv2d)])
    assert abs(weight.std() - 0.02) < 0.002


@pytest.mark.parametrize("size", [8, 9, 28, 33, (12, 30), 64])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_any_size_and_any_channels(size, channels):
    gan = ganzoo.create("dcgan", image_size=size, channels=channels, width=2)
    images = gan.sample(2, seed=0)
    assert images.shape == (2, channels, *((size, size) if isinstance(size, int) else size))
    assert gan.critic(images, {}, "fake").shape == (2,)


def test_too_small_an_image_is_refused():
    with pytest.raises(ConfigError, match="8 pixels"):
        ganzoo.create("dcgan", image_size=7)


def test_spectral_normalisation_replaces_batch_normalisation():
    gan = ganzoo.create("dcgan", image_size=16, width=4, discriminator_normalisation="spectral")
    assert nn.BatchNorm2d not in kinds(gan.discriminator)
    layers = [layer for layer in gan.discriminator.modules() if isinstance(layer, nn.Conv2d)]
    assert all(hasattr(layer, "parametrizations") for layer in layers)

"""What sampling hands to a model that translates, without a model of the zoo."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganzoo.data.loading import load_data
from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.gan import GAN
from ganzoo.pictures import of_model


class Brightening(GAN):
    """Adds noise of each item's own to the source."""

    translates = True

    def __init__(self, *, source_channels: int = 1, num_classes: int | None = None) -> None:
        super().__init__()
        self.source_channels, self.num_classes = source_channels, num_classes
        self.generator = nn.Conv2d(source_channels, 3, 1)

    def latent(self, n, rng):
        return {"noise": torch.rand(n, 1, 1, 1, generator=rng)}

    def generate(self, latent, batch):
        shift = batch["y"].view(-1, 1, 1, 1) if "y" in batch else 0
        return (self.generator(batch["source"]) + latent["noise"] + shift).tanh()


@pytest.fixture
def source():
    return torch.rand(7, 1, 4, 6, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_each_sample_comes_from_its_own_source_noise_and_label(source):
    gan = Brightening(num_classes=3)
    labels = [0, 1, 2, 0, 1, 2, 0]
    whole = gan.sample(7, seed=1, source=source, labels=labels)
    torch.testing.assert_close(whole, gan.sample(7, seed=1, source=source, labels=labels, batch_size=2))
    torch.testing.assert_close(whole[:3], gan.sample(3, seed=1, source=source, labels=labels[:3]))
    noise = gan.draw(7, 1)["noise"]
    with torch.no_grad():
        expected = gan.generate({"noise": noise}, {"source": source, "y": torch.tensor(labels)})
    torch.testing.assert_close(whole, expected)
    assert gan.sample(0, source=source).shape == (0, 3, 4, 6)
    assert not torch.equal(whole, gan.sample(7, seed=2, source=source, labels=labels))


def test_sources_that_cannot_be_translated(source):
    gan = Brightening()
    with pytest.raises(NotSamplable, match="needs a source") as caught:
        gan.sample(1)
    assert "source=" in caught.value.hint
    with pytest.raises(ConfigError, match="at most the 7"):
        gan.sample(8, source=source)
    for wrong in (source.expand(-1, 3, -1, -1), source[0], (source > 0).to(torch.uint8)):
        with pytest.raises(ConfigError, match="shape"):
            gan.sample(1, source=wrong)
    with pytest.raises(NotSamplable, match="no prior"):
        gan.sample(1, source=source, truncation=0.5)


def test_grey_sources_are_drawn_beside_coloured_translations(source):
    pairs = load_data([{"x": source.expand(-1, 3, -1, -1), "source": source}])
    drawn = of_model(Brightening(), pairs, seed=0)
    assert drawn.mode == "RGB" and drawn.width > 3 * drawn.height

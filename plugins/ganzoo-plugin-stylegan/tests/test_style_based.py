from __future__ import annotations

import pytest
import torch
from torch.nn.functional import softplus

import ganzoo
from ganzoo.errors import ConfigError
from ganzoo_plugin_stylegan.adaptive_synthesis import AdaptiveLayer, AdaptiveNorm
from ganzoo_plugin_stylegan.stylegan import StyleGAN
from ganzoo_plugin_stylegan.stylegan2 import StyleGAN2

SMALL = {"image_size": 16, "channels": 1, "latent_dim": 6, "style_dim": 5, "mapping_layers": 2, "channel_max": 4}


@pytest.fixture(params=[StyleGAN, StyleGAN2], ids=["stylegan", "stylegan2"])
def kind(request):
    torch.manual_seed(0)
    return request.param


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def noisy(gan):
    """With noise that shows: its strength starts at zero."""
    for name, parameter in gan.named_parameters():
        if name.endswith("strength"):
            parameter.data.fill_(0.5)
    return gan


def test_styles_are_mixed_at_the_crossover(kind):
    gan = kind(**SMALL, mixing=0.9)
    latent = gan.training_latent(2000, rng())
    num_styles = gan.generator.synthesis.num_styles
    crossover, mixed = latent["crossover"], latent["crossover"] < num_styles
    assert 0.87 < float(mixed.double().mean()) < 0.93
    assert set(crossover[mixed].tolist()) == set(range(1, num_styles))
    ws = gan.styles({name: value[:50] for name, value in latent.items()}, {})
    first, second = gan.generator.mapping(latent["z"][:50]), gan.generator.mapping(latent["other"][:50])
    for i, at in enumerate(crossover[:50].tolist()):
        torch.testing.assert_close(ws[i, :at], first[i].expand(at, -1))
        torch.testing.assert_close(ws[i, at:], second[i].expand(num_styles - at, -1))


def test_without_mixing_one_latent_gives_all_styles(kind):
    latent = kind(**SMALL, mixing=0.0).training_latent(3, rng())
    assert "other" not in latent and "noise0" in latent
    assert set(kind(**SMALL).latent(3, rng())) == set(latent), "sampling mixes nothing"


def test_noise_is_drawn_kept_or_absent(kind):
    random = noisy(kind(**SMALL))
    one = random.latent(2, rng()) | {"z": torch.ones(2, 6)}
    first, second = random.generate(one, {})
    assert not torch.allclose(first, second), "the same z, new noise"
    torch.manual_seed(0)
    constant = noisy(kind(**SMALL, noise="constant"))
    assert set(constant.latent(2, rng())) == {"z"} and "noise0" in constant.training_latent(2, rng())
    first, second = constant.generate({"z": torch.ones(2, 6)}, {})
    torch.testing.assert_close(first, second)
    constant.generator.synthesis.constant_noise()[-1].add_(1.0)
    assert not torch.allclose(constant.generate({"z": torch.ones(2, 6)}, {})[0], first)
    none = kind(**SMALL, noise="none")
    assert set(none.training_latent(2, rng())) == {"z", "other", "crossover"}


def test_truncation_pulls_the_coarser_styles_to_the_mean_one(kind):
    gan = kind(**SMALL, noise="constant")
    gan.generator.mapping.average.normal_()
    assert len(gan.sample(5, seed=1, truncation=0.0).unique(dim=0)) == 1
    assert len(gan.sample(5, seed=1, truncation=1.0).unique(dim=0)) == 5
    torch.testing.assert_close(gan.sample(5, seed=1, truncation=1.0), gan.sample(5, seed=1))
    gan.cutoff = 2
    latent = gan.truncate(gan.draw(3, 0), 0.5)
    whole, average = gan.styles(gan.draw(3, 0), {}), gan.generator.mapping.average
    torch.testing.assert_close(gan.styles(latent, {})[:, :2], (whole[:, :2] + average) / 2)
    torch.testing.assert_close(gan.styles(latent, {})[:, 2:], whole[:, 2:])


def test_between_two_samples_the_noise_stays(kind):
    gan = kind(**SMALL)
    first, second = gan.draw(2, 0), gan.draw(2, 1)
    half = gan.interpolate_latents(first, second, 0.5)
    assert torch.equal(half["noise1"], first["noise1"]) and not torch.equal(half["z"], first["z"])
    torch.testing.assert_close(gan.interpolate_latents(first, second, 1.0)["z"], second["z"])


def test_labels_reach_both_networks(kind):
    gan = kind(**SMALL, conditional=True, num_classes=3)
    latent, x = gan.latent(1, rng()), torch.randn(1, 1, 16, 16)
    made = [gan.generate(latent, {"y": torch.tensor([y])}) for y in range(3)]
    logits = [gan.discriminate(x, {"y": torch.tensor([y])}) for y in range(3)]
    for group in (made, logits):
        assert not torch.allclose(group[0], group[1]) and not torch.allclose(group[1], group[2])
    assert kind(**SMALL, num_classes=3).num_classes is None, "labels are used when they are asked for"
    with pytest.raises(ConfigError, match="classes"):
        kind(**SMALL, conditional=True)


def test_the_mean_style_follows_in_turns_of_the_generator_only(kind, turn):
    gan = kind(**SMALL, average_decay=0.0)
    batch = {"x": torch.rand(4, 1, 16, 16)}
    gan.discriminator_loss(batch, turn)
    assert not gan.generator.mapping.average.any()
    turn.rng.manual_seed(3)
    gan.generator_loss(batch, turn)
    latent = gan.training_latent(4, rng(3))
    torch.testing.assert_close(gan.generator.mapping.average, gan.generator.mapping(latent["z"]).mean(0))
    assert turn.fake is not None and not turn.fake.requires_grad


def test_the_losses_are_those_of_unclamped_images(kind, turn):
    gan = kind(**SMALL)
    batch = {"x": torch.rand(4, 1, 16, 16)}
    (term,) = gan.generator_loss(batch, turn).values()
    fake = gan.draw_image(gan.training_latent(4, rng()), batch)
    assert fake.abs().max() > 1
    torch.testing.assert_close(term, softplus(-gan.discriminator(fake)).mean())


def test_adaptive_norm_sets_mean_and_deviation():
    torch.manual_seed(0)
    norm, w = AdaptiveNorm(4, 5), torch.randn(3, 5)
    y = norm(7 + 3 * torch.randn(3, 4, 9, 9), w)
    scale, shift = norm.affine(w).chunk(2, 1)
    torch.testing.assert_close(y.mean((2, 3)), shift, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(y.std((2, 3), unbiased=False), (1 + scale).abs(), atol=1e-5, rtol=1e-4)


def test_a_new_first_layer_shows_its_constant_and_learns_at_a_usual_pace():
    torch.manual_seed(0)
    layer = AdaptiveLayer(0, 8, 5, 4, up=False, noise=True)
    y = layer(None, torch.randn(6, 5), torch.randn(6, 1, 4, 4), torch.ones(1))
    assert (y.std((2, 3)) > 0.01).all()
    y.square().mean().backward()
    for parameter in (layer.constant, layer.strength):
        assert 0 < parameter.grad.norm() < 10, "of a constant of ones it is above 1,000"


def test_what_does_not_fit_is_refused(kind):
    for wrong in ({"image_size": 4}, {"image_size": 18}, {"mixing": 1.5}, {"truncation_cutoff": -1}, {"channels": 0}):
        with pytest.raises(ConfigError):
            kind(**{**SMALL, **wrong})
    with pytest.raises(ConfigError, match="widths"):
        StyleGAN2(**SMALL, widths=(4, 4))
    with pytest.raises(ConfigError, match="clamp"):
        StyleGAN2(**SMALL, clamp=-1.0)


def test_sizes_between_powers_of_two_are_built(kind):
    gan = kind(**{**SMALL, "image_size": 20})
    assert gan.sample(1, seed=0).shape == (1, 1, 20, 20)
    assert gan.discriminate(torch.zeros(2, 1, 20, 20), {}).shape == (2,)


def test_settings_of_the_critic_are_its_own():
    gan = StyleGAN2(**SMALL, widths=(4, 3, 2), critic_widths=(6, 5, 4))
    assert gan.discriminator.head.layer.weight.shape[:2] == (6, 7)
    assert StyleGAN2(**SMALL, widths=(4, 3, 2)).discriminator.head.layer.weight.shape[0] == 4


def test_it_is_found_by_name_and_sized_by_data():
    data = ganzoo.load_data({"name": "shapes", "image_size": 16, "size": 8})
    gan = ganzoo.create("stylegan2", data=data, channel_max=4, conditional=True)
    assert gan.num_classes == 4 and gan.sample(2, seed=0, labels=1).shape == (2, 3, 16, 16)

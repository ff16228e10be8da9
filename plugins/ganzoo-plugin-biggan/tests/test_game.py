"""The game, truncation with standing statistics, and settings that cannot be played with."""

from __future__ import annotations

import copy
import math

import pytest
import torch
from torch import nn

import ganzoo
from ganzoo.errors import CompatibilityError, ConfigError
from ganzoo.training.loop import train
from ganzoo_plugin_biggan.batch_norm import BatchNorm
from ganzoo_plugin_biggan.biggan import BigGAN
from ganzoo_plugin_biggan.biggan_deep import BigGANDeep
from ganzoo_plugin_biggan.orthogonal import filter_overlap
from ganzoo_plugin_biggan.standing import accumulate_standing_statistics, level_of, truncation_of

SMALL = {"num_classes": 3, "channels": 1, "image_size": 8, "width": 2, "embedding_dim": 4, "levels": 4}


@pytest.fixture(params=[BigGAN, BigGANDeep])
def gan(request):
    return request.param(**SMALL)


@pytest.fixture
def batch():
    return {"x": torch.rand(6, 1, 8, 8) * 2 - 1, "y": torch.arange(6) % 3}


def test_two_turns_of_the_discriminator_and_two_rates(gan):
    discriminator, generator = gan.players()
    assert (discriminator.steps, generator.steps) == (2, 1) and generator.optimizer == {"lr": 5e-5}
    assert gan.defaults.optimizer == {"name": "adam", "lr": 2e-4, "betas": (0.0, 0.999)}
    assert gan.defaults.loss == "hinge" and gan.defaults.ema == 0.9999


def test_the_discriminator_judges_image_and_class_by_the_hinge_loss(gan, batch, turn):
    gan.eval()
    terms = gan.discriminator_loss(batch, turn)
    fake = gan.generate(gan.latent(6, torch.Generator().manual_seed(0)), batch)
    real_logits, fake_logits = gan.discriminator(batch["x"], batch["y"]), gan.discriminator(fake, batch["y"])
    expected = (1 - real_logits).clamp(min=0).mean() + (1 + fake_logits).clamp(min=0).mean()
    torch.testing.assert_close(terms["adversarial"], expected)
    assert not torch.allclose(real_logits, gan.discriminator(batch["x"], (batch["y"] + 1) % 3))


def test_the_generator_pays_for_filters_that_overlap(gan, batch, turn):
    gan.eval()
    gan.orthogonal = 0.5
    terms = gan.generator_loss(batch, turn)
    originals = [
        parameter
        for name, parameter in gan.generator.named_parameters()
        if parameter.ndim > 1 and name != "embedding.weight"
    ]
    layers = [m for m in gan.generator.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    assert len(originals) == len(layers)
    torch.testing.assert_close(terms["orthogonal"], 0.5 * filter_overlap(originals))
    fake = gan.generate(gan.latent(6, torch.Generator().manual_seed(0)), batch)
    torch.testing.assert_close(terms["adversarial"], -gan.discriminator(fake, batch["y"]).mean())
    gan.orthogonal = 0.0
    assert set(gan.generator_loss(batch, turn)) == {"adversarial"}


def test_levels_and_truncations_are_inverse():
    assert truncation_of(7, 8) is None and level_of(math.inf, 8) == 7
    for row in range(7):
        assert level_of(truncation_of(row, 8), 8) == pytest.approx(row)
    assert truncation_of(3, 8) == pytest.approx(0.67449, abs=1e-5), "half of all normal numbers lie within"
    assert level_of(0.01, 8) == 0.0


def test_standing_statistics_are_the_average_over_passes(gan, monkeypatch):
    seen: dict[BatchNorm, list] = {}
    inputs = []
    generate = type(gan).generate

    def watched(self, latent, batch):
        inputs.append((latent["z"], batch["y"]))
        return generate(self, latent, batch)

    def look(norm, given):
        seen.setdefault(norm, []).append(given[0])

    monkeypatch.setattr(type(gan), "generate", watched)
    norms = [module for module in gan.modules() if isinstance(module, BatchNorm)]
    hooks = [norm.register_forward_pre_hook(look) for norm in norms]
    others = {name: tensor.clone() for name, tensor in gan.state_dict().items() if "running" not in name}
    random, training = torch.get_rng_state(), [module.training for module in gan.modules()]
    accumulate_standing_statistics(gan, passes=3, batch_size=5, seed=7)
    for hook in hooks:
        hook.remove()
    assert len(inputs) == 4 * 3 and all(len(z) == 5 for z, _ in inputs)
    for row in range(4):
        within = max(float(z.abs().max()) for z, _ in inputs[3 * row : 3 * row + 3])
        assert within <= (truncation_of(row, 4) or math.inf)
        for norm in norms:
            passes = seen[norm][3 * row : 3 * row + 3]
            torch.testing.assert_close(norm.running_mean[row], torch.stack([x.mean((0, 2, 3)) for x in passes]).mean(0))
            variances = torch.stack([x.var((0, 2, 3), correction=0) for x in passes])
            torch.testing.assert_close(norm.running_var[row], variances.mean(0))
    assert all(torch.equal(tensor, gan.state_dict()[name]) for name, tensor in others.items())
    assert torch.equal(random, torch.get_rng_state())
    assert [module.training for module in gan.modules()] == training


def test_truncated_samples_use_the_statistics_of_their_truncation(gan):
    accumulate_standing_statistics(gan, passes=2, batch_size=8)
    truncation, labels = truncation_of(1, 4), torch.tensor([0, 1, 2])
    found = gan.sample(3, seed=1, labels=labels, truncation=truncation)
    latent = gan.prior.truncate(gan.draw(3, 1), truncation)
    by_hand = copy.deepcopy(gan)
    for norm in (module for module in by_hand.modules() if isinstance(module, BatchNorm)):
        for table in norm.tables:
            table[-1] = table[1]
    with by_hand.evaluation():
        torch.testing.assert_close(found, by_hand.generate(latent, {"y": labels}), rtol=1e-4, atol=1e-5)
    with gan.evaluation():
        assert not torch.allclose(found, gan.generate(latent, {"y": labels}), atol=1e-4), "not those of whole latents"
    alone = torch.cat([gan.sample(3, seed=1, labels=labels, truncation=truncation, batch_size=1)])
    torch.testing.assert_close(alone, found, rtol=1e-4, atol=1e-5)


def test_a_run_ends_with_standing_statistics_of_its_averaged_weights():
    data = ganzoo.load_data("shapes", image_size=8, size=24)
    config = {**SMALL, "num_classes": 4, "channels": 3}
    sampler = train(BigGAN(**config, standing_passes=2), data, rounds=2, batch_size=4, seed=0)
    again = copy.deepcopy(sampler)
    accumulate_standing_statistics(again, passes=2)
    torch.testing.assert_close(again.state_dict(), sampler.state_dict())
    running = train(BigGAN(**config, standing_passes=0), data, rounds=2, batch_size=4, seed=0)
    table = running.generator.norm.running_mean
    assert torch.equal(table, table[-1:].expand_as(table)), "running statistics are the same at all levels"


def test_interpolation_keeps_the_level(gan):
    first, second = (gan.truncate(gan.draw(1, seed), t) for seed, t in ((0, 0.5), (1, 1.5)))
    middle = gan.interpolate_latents(first, second, 0.5)
    torch.testing.assert_close(middle["level"], (first["level"] + second["level"]) / 2)
    assert "level" not in gan.interpolate_latents(gan.draw(1, 0), gan.draw(1, 1), 0.5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hierarchical": True, "embedding_dim": None}, {"orthogonal": -1.0}, {"levels": 0}, {"standing_passes": -1},
        {"attention_after": (3,)}, {"attention_after": (0, 0)}, {"multipliers": (4,)}, {"image_size": 7},
        {"discriminator_multipliers": (0, 1)}, {"discriminator_attention_after": (9,)}, {"latent": "uniform"},
    ],
)  # fmt: skip
def test_what_cannot_be_played_with_is_refused(wrong):
    with pytest.raises(ConfigError):
        BigGAN(**{**SMALL, **wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        {"multipliers": (1, 2, 2)}, {"discriminator_multipliers": (2, 1, 1)}, {"doubling": (True,)}, {"filters": 0},
        {"attention_after": (9,)}, {"truncation": "folded"},
    ],
)  # fmt: skip
def test_what_the_deep_networks_cannot_be_is_refused(wrong):
    with pytest.raises(ConfigError):
        BigGANDeep(**{**SMALL, **wrong})


def test_a_latent_that_cannot_be_truncated_has_one_level():
    assert BigGAN(**{**SMALL, "levels": 1}, latent="uniform").sample(1, seed=0).shape == (1, 1, 8, 8)


def test_data_without_classes_are_refused():
    with pytest.raises(CompatibilityError, match="num_classes"):
        ganzoo.create("biggan", data=ganzoo.load_data("unpaired", image_size=8, size=4).spec)

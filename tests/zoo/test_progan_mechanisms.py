"""ProGAN: growth, fading in both networks, and what keeps it stable."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.functional import avg_pool2d, interpolate

import ganzoo
from ganzoo.errors import ConfigError
from ganzoo.game import Turn
from ganzoo.nn.equalised import EqualisedConv2d, EqualisedLinear
from ganzoo.training.loop import train
from ganzoo.training.plan import settle
from ganzoo.training.play import play_round
from ganzoo.training.run import Run
from ganzoo.weights import named_tensors

TINY = {"width": 8, "latent_dim": 6, "image_size": 16}
LAST = 2


def build(*, stage: int = LAST, alpha: float = 1.0, **config):
    gan = ganzoo.create("progan", seed=0, **{**TINY, **config})
    gan.stage.fill_(stage)
    gan.alpha.fill_(alpha)
    return gan


def at(gan, stage: int, alpha: float):
    gan.stage.fill_(stage)
    gan.alpha.fill_(alpha)
    return gan


def a_turn(phase: str = "fade1", progress: float = 0.0) -> Turn:
    rng = torch.Generator().manual_seed(1)
    return Turn(round=3, rounds=20, phase=phase, progress=progress, player="discriminator", step=0, rng=rng, scratch={})


def images(size: int, n: int = 4) -> torch.Tensor:
    return torch.rand(n, 1, size, size, generator=torch.Generator().manual_seed(2)) * 2 - 1


@pytest.mark.parametrize("stage", [1, LAST])
@torch.no_grad()
def test_at_alpha_0_a_new_stage_changes_nothing_in_the_generator(stage):
    gan = build()
    latent = gan.draw(4, 0)
    new, old = at(gan, stage, 0.0).draw_image(latent), at(gan, stage - 1, 1.0).draw_image(latent)
    assert new.shape[-1] == 2 * old.shape[-1] == 4 * 2**stage
    assert float((new - interpolate(old, scale_factor=2, mode="nearest")).abs().max()) < 1e-5


@pytest.mark.parametrize("stage", [1, LAST])
@torch.no_grad()
def test_at_alpha_0_a_new_stage_changes_nothing_in_the_discriminator(stage):
    gan, x = build(), images(4 * 2**stage)
    new, old = at(gan, stage, 0.0).critic(x, {}, "real"), at(gan, stage - 1, 1.0).critic(avg_pool2d(x, 2), {}, "real")
    torch.testing.assert_close(new, old, rtol=0, atol=1e-5)


@torch.no_grad()
def test_half_way_the_image_is_the_mean_of_old_and_new():
    gan = build()
    latent = gan.draw(4, 0)
    old, half, new = (at(gan, LAST, alpha).draw_image(latent) for alpha in (0.0, 0.5, 1.0))
    torch.testing.assert_close(half, (old + new) / 2)
    assert not torch.allclose(old, new)


@torch.no_grad()
@pytest.mark.parametrize("alpha", [0.5, 1.0])
def test_at_alpha_1_only_the_new_layers_next_to_the_image_count(alpha):
    gan, x = build(alpha=alpha), images(16)
    latent = gan.draw(4, 0)
    before = gan.draw_image(latent), gan.critic(x, {}, "real")
    for layer in (gan.generator.to_image[LAST - 1], gan.discriminator.from_image[LAST - 1]):
        layer.weight += 1.0
    after = gan.draw_image(latent), gan.critic(x, {}, "real")
    for was, now in zip(before, after, strict=True):
        assert torch.equal(was, now) == (alpha == 1.0)


@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
def test_real_images_are_blended_like_generated_ones(alpha):
    gan, x = build(stage=1, alpha=alpha), images(16)
    prepared = gan.prepare({"x": x, "y": torch.arange(4)}, a_turn())
    sharp = avg_pool2d(x, 2)
    blurred = interpolate(avg_pool2d(x, 4), scale_factor=2, mode="nearest")
    torch.testing.assert_close(prepared["x"], alpha * sharp + (1 - alpha) * blurred)
    assert torch.equal(prepared["y"], torch.arange(4))


def test_first_stage_sees_4_pixels():
    assert torch.equal(build(stage=0).prepare({"x": images(16)}, a_turn("stable0"))["x"], avg_pool2d(images(16), 4))


def test_alpha_follows_the_fading_phase_alone():
    gan, jumping = build(), build(fade=False)
    for phase, progress, expected in (("fade1", 0.0, 0.0), ("fade2", 0.75, 0.75), ("stable1", 0.25, 1.0)):
        gan.before_turn(a_turn(phase, progress))
        jumping.before_turn(a_turn(phase, progress))
        assert (float(gan.alpha), float(jumping.alpha)) == (expected, 1.0)


def test_a_run_goes_through_the_stages_in_order():
    data = ganzoo.load_data("digits", image_size=16)
    gan = build(stage=0)
    run = Run(gan, data, settle(gan, rounds=20, batch_size=4))
    run.calendar.begin(run)
    seen, parameters = [], [id(parameter) for parameter in gan.parameters()]
    while run.round < 20:
        phase = run.calendar.phase.name
        play_round(run)
        seen.append((phase, int(gan.stage), float(gan.alpha)))
        run.round += 1
        run.calendar.finish_round(run)
        run.calendar.begin(run)
    quarters = [0.0, 0.25, 0.5, 0.75]
    expected = [("stable0", 0, 1.0)] * 4
    for stage in (1, 2):
        expected += [(f"fade{stage}", stage, alpha) for alpha in quarters] + [(f"stable{stage}", stage, 1.0)] * 4
    assert seen == expected
    assert parameters == [id(parameter) for parameter in gan.parameters()]
    assert (int(run.sampler.stage), run.sampler.sample(2, seed=0).shape) == (LAST, (2, 1, 16, 16))

    # Adam counts every update of the first stage, and only those since its growth of the last one.
    slots = run.seats["generator"].optimizer.state
    assert int(slots[gan.generator.enter.weight]["step"]) == 20
    assert int(slots[gan.generator.to_image[LAST].weight]["step"]) == 8


def test_a_run_stopped_while_fading_resumes_exactly(tmp_path):
    data, settings = ganzoo.load_data("digits", image_size=16), {"rounds": 20, "batch_size": 4, "seed": 3}
    whole, parts = build(stage=0), build(stage=0)
    train(whole, data, out=tmp_path / "whole", **settings)
    train(parts, data, out=tmp_path / "parts", stop_at=6, **settings)
    assert (int(parts.stage), float(parts.alpha)) == (1, 0.25)
    resumed = build(stage=0)
    train(resumed, data, out=tmp_path / "parts", resume=True)
    for name, tensor in named_tensors(whole).items():
        assert torch.equal(tensor, named_tensors(resumed)[name]), name


def test_a_model_saved_while_fading_samples_at_its_stage(tmp_path):
    gan = build(stage=1, alpha=0.25)
    loaded = ganzoo.load(gan.save_pretrained(tmp_path / "model"))
    samples = loaded.sample(3, seed=4)
    assert (int(loaded.stage), float(loaded.alpha)) == (1, 0.25)
    assert torch.equal(samples, gan.sample(3, seed=4))
    assert samples.shape == (3, 1, 16, 16) and float(samples.abs().max()) <= 1
    assert torch.equal(samples, interpolate(avg_pool2d(samples, 2), scale_factor=2, mode="nearest"))
    assert not torch.equal(samples, at(gan, 1, 1.0).sample(3, seed=4))


def test_scores_of_real_images_are_held_near_zero():
    gan, x = build(drift=100.0), images(16)
    turn = a_turn()
    terms = gan.discriminator_loss({"x": x}, turn)
    real, fake = gan.critic(x, {}, "real"), gan.critic(turn.fake, {}, "fake")
    torch.testing.assert_close(terms["drift"], 100.0 * real.square().mean())
    assert (float(terms["drift"].detach()) > 1e-3, build().drift) == (True, 1e-3)
    torch.testing.assert_close(terms["adversarial"], fake.mean() - real.mean())
    assert turn.real is x and turn.fake.shape == x.shape and not turn.fake.requires_grad


def test_each_player_trains_its_own_network():
    gan, x = build(), images(16)
    sum(gan.generator_loss({"x": x}, a_turn()).values()).backward()
    assert gan.generator.enter.weight.grad is not None
    gan.zero_grad(set_to_none=True)
    sum(gan.discriminator_loss({"x": x}, a_turn()).values()).backward()
    assert all(parameter.grad is None for parameter in gan.generator.parameters())
    assert [player.modules for player in gan.players()] == [("discriminator",), ("prior", "generator")]


def test_defaults_are_wgan_gp_with_target_1():
    plan = settle(build())
    (penalty,) = plan.penalties
    assert plan.loss["name"] == "ganzoo.wasserstein"
    assert (penalty["name"], penalty["weight"], penalty["target"]) == ("ganzoo.gradient-penalty", 10.0, 1.0)


def test_all_layers_learn_at_equalised_rates():
    gan = build()
    assert not any(isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)) for module in gan.modules())
    assert sum(isinstance(module, (EqualisedConv2d, EqualisedLinear)) for module in gan.modules()) == 20


@torch.no_grad()
def test_generator_normalises_pixels_and_takes_latents_from_a_sphere():
    gan = build()
    features = []
    for stage in gan.generator.stages:
        stage.register_forward_hook(lambda module, inputs, output: features.append(output))
    z = gan.draw(4, 0)["z"]
    entered: list[torch.Tensor] = []
    gan.generator.enter.register_forward_pre_hook(lambda module, inputs: entered.append(inputs[0]))
    gan.draw_image({"z": z})
    torch.testing.assert_close(entered[0].norm(dim=1), torch.full((4,), TINY["latent_dim"] ** 0.5))
    assert len(features) == LAST + 1
    for x in features:
        torch.testing.assert_close(x.square().mean(1), torch.ones_like(x[:, 0]), rtol=0, atol=1e-3)


@torch.no_grad()
def test_discriminator_sees_how_varied_a_batch_is():
    gan, x = build(), images(16)
    alike = x[:1].repeat(4, 1, 1, 1)
    mixed = torch.cat([x[:1], images(16, 8)[5:]])
    assert abs(float(gan.critic(alike, {}, "real")[0] - gan.critic(mixed, {}, "real")[0])) > 1e-4


@pytest.mark.parametrize("config", [{"image_size": 18}, {"image_size": (16, 8)}, {"image_size": 2}, {"width": 0}])
def test_sizes_that_cannot_be_grown_are_refused(config):
    with pytest.raises(ConfigError):
        build(**config)

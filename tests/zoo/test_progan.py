import pytest
import torch
from torch.nn.functional import avg_pool2d, interpolate

import ganzoo
from ganzoo.errors import ConfigError
from ganzoo.testing.tiny import build_tiny
from ganzoo.training.plan import settle
from ganzoo.training.play import play_round
from ganzoo.training.run import Run


def at(gan, stage, alpha):
    gan.stage.fill_(stage)
    gan.alpha.fill_(alpha)
    return gan


def test_alpha_0_is_the_enlarged_stage_before_and_alpha_1_uses_the_new_output_alone():
    gan = ganzoo.create("progan", image_size=16, width=8)
    latent = gan.draw(3, 0)
    for stage in (1, 2):
        before = at(gan, stage - 1, 1.0).draw_image(latent)
        torch.testing.assert_close(
            at(gan, stage, 0.0).draw_image(latent), interpolate(before, scale_factor=2), atol=1e-5, rtol=0
        )
        new = at(gan, stage, 1.0).draw_image(latent)
        with torch.no_grad():
            gan.generator.to_image[stage - 1].weight.add_(1.0)
        torch.testing.assert_close(gan.draw_image(latent), new)
        half = at(gan, stage, 0.5).draw_image(latent)
        assert not torch.allclose(half, new)


def test_the_discriminator_fades_the_same_way():
    gan = ganzoo.create("progan", image_size=16, width=8)
    x = torch.randn(4, 1, 16, 16)
    faded = at(gan, 2, 0.0).critic(x, {}, "real")
    torch.testing.assert_close(faded, at(gan, 1, 1.0).critic(avg_pool2d(x, 2), {}, "real"))


def test_real_images_are_blended_like_generated_ones(turn):
    gan = ganzoo.create("progan", image_size=16, width=8)
    x = torch.randn(2, 1, 16, 16)
    assert at(gan, 0, 1.0).prepare({"x": x}, turn)["x"].shape == (2, 1, 4, 4)
    small = avg_pool2d(x, 2)
    expected = torch.lerp(interpolate(avg_pool2d(small, 2), scale_factor=2), small, 0.25)
    torch.testing.assert_close(at(gan, 1, 0.25).prepare({"x": x}, turn)["x"], expected)


def test_alpha_rises_through_a_fade_and_old_stages_keep_their_optimiser_state():
    gan, data = build_tiny("progan")
    run = Run(gan, data, settle(gan, rounds=10, batch_size=8))
    run.calendar.begin(run)
    seen, optimizer = [], run.seats["generator"].optimizer
    for _ in range(10):
        play_round(run)
        seen.append((run.calendar.phase.name, int(gan.stage), float(gan.alpha)))
        run.round += 1
        run.calendar.finish_round(run)
        run.calendar.begin(run)
        if run.round == 4:
            first = gan.generator.enter.weight
            assert optimizer.state[first]["step"] == 4
            assert gan.generator.to_image[2].weight not in optimizer.state, "state begins when a stage does"
    assert seen == [
        ("stable0", 0, 1.0), ("stable0", 0, 1.0), ("fade1", 1, 0.0), ("fade1", 1, 0.5), ("stable1", 1, 1.0),
        ("stable1", 1, 1.0), ("fade2", 2, 0.0), ("fade2", 2, 0.5), ("stable2", 2, 1.0), ("stable2", 2, 1.0),
    ]  # fmt: skip


def test_the_loss_has_a_drift_term_and_latents_lie_on_a_sphere(turn):
    gan = ganzoo.create("progan", image_size=8, width=8, latent_dim=6, drift=0.5)
    batch = {"x": torch.randn(4, 1, 4, 4)}
    terms = gan.discriminator_loss(batch, turn)
    scores = gan.critic(batch["x"], batch, "real")
    torch.testing.assert_close(terms["drift"], 0.5 * scores.square().mean())
    latent = gan.draw(3, 0)
    longer = {"z": 3 * latent["z"]}
    torch.testing.assert_close(gan.draw_image(latent), gan.draw_image(longer), atol=1e-5, rtol=1e-5)


def test_sizes_that_cannot_grow_are_refused_with_one_that_can():
    for wrong in (3, 18, (16, 8)):
        with pytest.raises(ConfigError) as raised:
            ganzoo.create("progan", image_size=wrong)
        assert "for example" in raised.value.hint
    assert ganzoo.create("progan", image_size=28, width=4).sample(1, seed=0).shape == (1, 1, 28, 28)

"""R3GAN: shapes, conditions, penalties, precision, and the game's numbers by hand."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.functional import one_hot, softplus

import ganzoo
from ganzoo.errors import ConfigError
from ganzoo.training.plan import settle
from ganzoo.training.play import play_round
from ganzoo.training.run import Run

SMALL = {"width": 8, "blocks": 1, "latent_dim": 4}


@pytest.mark.parametrize("size", [4, 8, 9, 28, (12, 30)])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_any_size_and_any_channels(size, channels) -> None:
    gan = ganzoo.create("r3gan", image_size=size, channels=channels, **SMALL)
    images = gan.sample(2, seed=0)
    assert images.shape == (2, channels, *((size, size) if isinstance(size, int) else size))
    assert images.abs().max() <= 1
    assert gan.critic(images, {}, "fake").shape == (2,)


def test_widths_halve_beyond_32_pixels_and_groups_have_16_channels() -> None:
    body = ganzoo.create("r3gan", image_size=128, width=64, blocks=1).generator.body
    assert body.widths == (64, 64, 64, 64, 32, 16) and body.groups == (8, 8, 8, 8, 4, 2)
    paper = ganzoo.create("r3gan-cifar10", data=None)
    assert paper.generator.body.widths == (768,) * 4 and paper.generator.body.groups == (96,) * 4
    assert 20e6 < sum(p.numel() for p in paper.generator.parameters()) < 22e6


def test_there_is_no_normalisation_and_no_bias_but_of_activations() -> None:
    gan = ganzoo.create("r3gan", **SMALL)
    for name, module in gan.named_modules():
        assert "Norm" not in type(module).__name__.removesuffix("Normal") and not isinstance(module, nn.Tanh)
        assert "bias" not in dict(module.named_parameters(recurse=False)) or "activation" in name


def test_labels_reach_both_networks() -> None:
    gan = ganzoo.create("r3gan", image_size=8, num_classes=3, **SMALL)
    z, images = torch.randn(2, 4), torch.randn(2, 3, 8, 8)
    made = [gan.generate({"z": z}, {"y": torch.full((2,), label)}) for label in (0, 1)]
    assert not torch.allclose(made[0], made[1])
    code = one_hot(torch.tensor([2, 1]), 3).float()
    features = gan.discriminator(images, code)
    scores = []

    def keep(module, inputs, output) -> None:
        scores.append(output)

    gan.discriminator.score.register_forward_hook(keep)
    gan.discriminator(images, code)
    by_hand = (scores[0] * (code @ gan.discriminator.embedding.weight.T)).sum(1)
    assert torch.allclose(features, by_hand) and scores[0].shape == (2, 8)
    spread = ganzoo.create("r3gan", num_classes=50, width=64, blocks=0).discriminator.embedding.weight.detach().std()
    assert float(spread) == pytest.approx((50 * 64) ** -0.5, rel=0.1)


def test_a_round_by_hand(turn) -> None:
    gan = ganzoo.create("r3gan", image_size=8, channels=1, seed=1, **SMALL)
    batch = {"x": torch.randn(5, 1, 8, 8)}
    (found,) = gan.discriminator_loss(batch, turn).values()
    fake = gan.draw_image(gan.latent(5, torch.Generator().manual_seed(0)), {})
    real_logits, fake_logits = gan.discriminator(batch["x"]), gan.discriminator(fake)
    assert torch.allclose(found, softplus(fake_logits - real_logits).mean())
    turn.rng.manual_seed(0)
    (found,) = gan.generator_loss(batch, turn).values()
    assert torch.allclose(found, softplus(real_logits - fake_logits).mean())


def test_the_papers_schedule_is_the_default() -> None:
    data = ganzoo.load_data("digits", image_size=8)
    gan = ganzoo.create("r3gan", data=data, seed=0, **SMALL)
    run = Run(gan, data, settle(gan, rounds=4, batch_size=8))
    assert list(run.penalties) == ["r1", "r2"] and len(run.techniques) == 2 and gan.num_classes == 10
    seen = []
    for _ in range(4):
        play_round(run)
        run.round += 1
        group = run.seats["generator"].optimizer.param_groups[0]
        augmented = float(run.techniques[1].probability)
        seen.append((group["lr"], group["betas"][1], run.penalties["r2"].weight, run.average.decay, augmented))
    assert all(len(set(values)) == 4 for values in zip(*seen, strict=True)), "all five move"
    metrics = run.read_metrics()
    assert {"discriminator/r1", "discriminator/r2", "ada/probability"} <= set(metrics)


def test_bfloat16_is_an_option_that_stays_close() -> None:
    gan = ganzoo.create("r3gan", image_size=16, bf16_stages=2, seed=0, **SMALL)
    with torch.no_grad():
        for parameter in gan.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1)))
    z = {"z": torch.randn(8, 4, generator=torch.Generator().manual_seed(2))}
    full = gan.draw_image(z, {})
    gan.bf16 = True
    half = gan.draw_image(z, {})
    assert half.dtype == torch.float32 and not torch.equal(full, half)
    assert (full - half).abs().max() < 0.05 * full.std()
    logits = gan.critic(full, {}, "fake")
    gan.bf16 = False
    assert (logits - gan.critic(full, {}, "fake")).abs().max() < 0.1 * logits.abs().max()


def test_wrong_settings_are_named_all_at_once() -> None:
    with pytest.raises(ConfigError, match=r"groups are 1 numbers for 2 stages; kernel_size is even; .*taps.* is even"):
        ganzoo.create("r3gan", widths=(8, 8), groups=(1,), kernel_size=2, resampling_filter=(1.0, 1.0))
    with pytest.raises(ConfigError, match="do not divide"):
        ganzoo.create("r3gan", image_size=4, widths=(9,), groups=(4,))
    with pytest.raises(ConfigError, match="no 4 stages"):
        ganzoo.create("r3gan", image_size=4, widths=(8, 8, 8, 8))
    for name in ("width", "latent_dim", "expansion", "embedding_dim", "kernel_size", "num_classes"):
        with pytest.raises(ConfigError, match="too small"):
            ganzoo.create("r3gan", **{name: 0 if name != "num_classes" else 1})

"""Folders of pytorch-pretrained-BigGAN: the same outputs at every truncation, and what is refused."""

from __future__ import annotations

import pytest
import torch
from pretrained_layout import Original, config, state_of, write

import ganzoo
from ganzoo.errors import ConfigError, UntrustedFile
from ganzoo.importing.conversion import convert, find_importer
from ganzoo.importing.source import Source
from ganzoo_plugin_biggan.biggan_deep import published_level
from ganzoo_plugin_biggan.pretrained import PretrainedBigGAN

KINDS = {
    "as published": {},
    "attention before the first block": {"attention_layer_position": 0},
    "attention before a block that doubles": {"attention_layer_position": 1},
    "no attention": {"attention_layer_position": 9},
    "other layers and classes": {
        "layers": [[True, 16, 16], [False, 16, 8], [True, 8, 8], [True, 8, 4]], "output_dim": 32, "num_classes": 3,
        "channel_width": 4, "n_stats": 5, "eps": 1e-2, "z_dim": 4,
    },
}  # fmt: skip


def close(found: torch.Tensor, expected: torch.Tensor) -> bool:
    return found.shape == expected.shape and float((found - expected).abs().max() / expected.std()) < 2e-5


@pytest.mark.parametrize("kind", KINDS)
def test_the_original_outputs(tmp_path, kind):
    settings = config(**KINDS[kind])
    state = state_of(settings)
    folder = write(tmp_path / "w", settings, state)
    convert(folder, tmp_path / "m", accept_license=True)
    gan, importer = ganzoo.load(tmp_path / "m"), PretrainedBigGAN()
    imported = importer.convert(Source(folder))
    z, labels = torch.randn(3, settings["z_dim"]), torch.tensor([0, 2, 1])
    y = torch.nn.functional.one_hot(labels, settings["num_classes"]).float()
    mixture = torch.rand(3, settings["num_classes"])
    for truncation in (1.0, 0.5, 0.37, 0.3, 0.58, 0.015) if kind == "as published" else (1.0, 0.37):
        expected = Original(settings, state).generate(z, y, truncation)
        assert expected.std() > 0.05
        found = importer.outputs(imported, "", {"z": z, "y": y}, {"truncation": truncation})["img"]
        assert close(found, expected), truncation
        latent = gan.truncate({"z": z / truncation}, truncation)
        with gan.evaluation():
            assert close(gan.generate(latent, {"y": labels}), expected), truncation
        mixed = importer.outputs(imported, "G", {"z": z, "y": mixture}, {"truncation": truncation})["img"]
        assert close(mixed, Original(settings, state).generate(z, mixture, truncation))
    assert gan.sample(2, seed=0, truncation=0.4).shape == (2, 3, settings["output_dim"], settings["output_dim"])


def test_between_two_truncations_the_shares_are_exchanged():
    assert published_level(1.0, 51) == 50 and published_level(0.5, 51) == 25 and published_level(0.3, 51) == 15
    assert published_level(0.375, 5) == pytest.approx(1.5) and published_level(0.3, 5) == pytest.approx(1.8)


def test_latents_lie_within_two_and_are_scaled(tmp_path):
    settings = config()
    gan = PretrainedBigGAN().convert(Source(write(tmp_path / "w", settings, state_of(settings)))).sampler
    z = gan.draw(500, 3)["z"]
    assert 1.5 < float(z.abs().max()) <= 2
    torch.testing.assert_close(gan.truncate({"z": z}, 0.5)["z"], 0.5 * z)
    assert torch.equal(gan.sample(2, seed=1), gan.sample(2, seed=1, truncation=1.0))
    for wrong in (0.0, 1.5):
        with pytest.raises(ConfigError, match="truncation"):
            gan.sample(1, truncation=wrong)


def test_it_is_recognised_and_says_what_it_brings(tmp_path):
    settings = config()
    state = {**state_of(settings), "generator.unused": torch.ones(2)}
    folder = write(tmp_path / "w", settings, state)
    assert find_importer(Source(folder)).name == "biggan.pytorch-pretrained-biggan"
    imported = PretrainedBigGAN().convert(Source(folder))
    assert imported.live is None and any("generator.unused" in note for note in imported.notes)
    assert not PretrainedBigGAN().recognises(Source(folder / "config.json"))
    (folder / "config.json").write_text('{"model_type": "bert"}')
    assert not PretrainedBigGAN().recognises(Source(folder))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"eps": "small"}, "eps"),
        ({"layers": []}, "layers"),
        ({"layers": [[True, 16, 8], [True, 16, 4]]}, "layers"),
        ({"output_dim": 64}, "64 pixels"),
        ({"n_stats": 1}, "n_stats"),
        ({"z_dim": True}, "z_dim"),
    ],
)
def test_settings_that_describe_no_generator_are_refused(tmp_path, changes, words):
    settings = config()
    folder = write(tmp_path / "w", {**settings, **changes}, state_of(settings))
    with pytest.raises(UntrustedFile, match=words):
        PretrainedBigGAN().convert(Source(folder))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda state: state.pop("generator.layers.1.conv_2.weight_u"), "conv_2.weight_u"),
        (lambda state: state.update({"generator.bn.weight": torch.ones(3)}), "generator.norm.weight"),
        (lambda state: state.update({"generator.layers.0.conv_0.weight_v": torch.ones(3)}), "fit each other"),
        (
            lambda state: state.update({"generator.layers.0.bn_0.scale.weight_orig": torch.ones(64, 5)}),
            "fit each other",
        ),
    ],
)
def test_malformed_weights_are_refused(tmp_path, change, words):
    settings = config()
    state = state_of(settings)
    change(state)
    with pytest.raises(UntrustedFile, match=words):
        PretrainedBigGAN().convert(Source(write(tmp_path / "w", settings, state)))

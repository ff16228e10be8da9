"""Folders of ajbrock/BigGAN-PyTorch: the same outputs, whatever was trained; and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from ajbrock_layout import Original, discriminator_state, generator_state

import ganzoo
from ganzoo import model_directory
from ganzoo.errors import ConfigError, UntrustedFile
from ganzoo.importing.conversion import convert, find_importer
from ganzoo.importing.source import Source
from ganzoo_plugin_biggan.ajbrock import AjbrockBigGAN

GENERATORS = {
    "one class embedding per layer": {"ch": 2, "resolution": 32},
    "shared": {"ch": 2, "resolution": 32, "shared_dim": 6},
    "shared and hierarchical": {"ch": 2, "resolution": 32, "shared_dim": 24, "hier": True, "attention": "16"},
    "chunks that do not use all of z": {"ch": 2, "resolution": 32, "shared_dim": 5, "hier": True, "dim_z": 27},
    "attention at two sizes": {"ch": 4, "resolution": 32, "attention": "8_32"},
    "64 pixels": {"ch": 2, "resolution": 64, "shared_dim": 4, "hier": True, "dim_z": 25, "attention": "32"},
    "128 pixels": {"ch": 1, "resolution": 128, "attention": "8"},
    "without spectral norm": {"ch": 2, "resolution": 32, "normalised": False, "shared_dim": 4},
    "standing statistics": {"ch": 2, "resolution": 32, "kind": "standing"},
    "statistics of several machines": {"ch": 2, "resolution": 32, "kind": "running"},
}
CRITICS = {
    "32 pixels": {"ch": 2, "resolution": 32},
    "32 pixels with attention": {"ch": 2, "resolution": 32, "attention": "16"},
    "64 pixels with attention": {"ch": 8, "resolution": 64, "attention": "16_32"},
    "128 pixels, narrow": {"ch": 2, "resolution": 128, "wide": False},
}
EPS = {"BN_eps": 1e-3, "SN_eps": 1e-6}


def write(folder: Path, states: dict, config: dict | None = EPS, suffix: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    for name, state in states.items():
        torch.save(dict(state), folder / f"{name}{suffix}.pth")
    if config is not None:
        torch.save({"itr": 100, "best_FID": 999999, "config": config}, folder / f"state_dict{suffix}.pth")
    return folder


def close(found: torch.Tensor, expected: torch.Tensor) -> bool:
    return found.shape == expected.shape and float((found - expected).abs().max() / expected.std()) < 2e-5


@pytest.mark.parametrize("kind", GENERATORS)
def test_generators_give_the_original_outputs(tmp_path, kind):
    settings = GENERATORS[kind]
    state = generator_state(**settings)
    folder = write(tmp_path / "w", {"G": generator_state(**settings), "G_ema": state})
    z, y = torch.randn(3, settings.get("dim_z", 24)), torch.tensor([0, 4, 2])
    expected = Original(state, bn_eps=1e-3, sn_eps=1e-6).generate(z, y)
    assert expected.std() > 0.05
    convert(folder, tmp_path / "m", accept_license=True)
    imported = AjbrockBigGAN().convert(Source(folder))
    for gan in (imported.sampler, ganzoo.load(tmp_path / "m")):
        with gan.evaluation():
            assert close(gan.generator(z[:, : gan.generator.latent_dim], y), expected)
    assert close(AjbrockBigGAN().outputs(imported, "G_ema.pth", {"z": z, "y": y}, {})["img"], expected)
    assert gan.sample(2, seed=0).shape[1:] == expected.shape[1:] and gan.num_classes == 5


@pytest.mark.parametrize("kind", CRITICS)
def test_discriminators_give_the_original_outputs(tmp_path, kind):
    settings = CRITICS[kind]
    critic = discriminator_state(**settings)
    states = {"G": generator_state(1, settings["resolution"]), "D": critic}
    convert(write(tmp_path / "w", states), tmp_path / "m", accept_license=True)
    live = model_directory.load(tmp_path / "m", training=True)
    x, y = torch.rand(3, 3, settings["resolution"], settings["resolution"]) * 2 - 1, torch.tensor([1, 0, 3])
    expected = Original(critic, sn_eps=1e-6).judge(x, y)
    imported = AjbrockBigGAN().convert(Source(tmp_path / "w"))
    assert close(AjbrockBigGAN().outputs(imported, "D", {"x": x, "y": y}, {})["logits"], expected)
    with live.evaluation():
        assert close(live.critic(x, {"y": y}, "real"), expected[:, 0])


def test_live_and_averaged_generators_are_not_confused(tmp_path):
    states = {name: generator_state(1, 32) for name in ("G", "G_ema")} | {"D": discriminator_state(1, 32)}
    folder = write(tmp_path / "w", states)
    inputs = {"z": torch.randn(2, 24), "y": torch.tensor([0, 1])}
    expected = {name: Original(states[name], bn_eps=1e-3, sn_eps=1e-6).generate(**inputs) for name in ("G", "G_ema")}
    importer = AjbrockBigGAN()
    imported = importer.convert(Source(folder))
    for name in ("G", "G_ema"):
        assert close(importer.outputs(imported, name, inputs, {})["img"], expected[name])
    asked = importer.convert(Source(folder), entry="G")
    assert close(importer.outputs(asked, "", inputs, {})["img"], expected["G"])
    alone = importer.convert(Source(write(tmp_path / "g", {"G": states["G"]})), entry="G")
    assert alone.live is None and close(importer.outputs(alone, "G", inputs, {})["img"], expected["G"])


def test_sets_with_suffixes(tmp_path):
    folder = tmp_path / "w"
    states = [generator_state(1, 32) for _ in range(2)]
    inputs = {"z": torch.randn(2, 24), "y": torch.tensor([0, 1])}
    write(folder, {"G_ema": states[0]}, suffix="_best0")
    importer = AjbrockBigGAN()
    expected = [Original(state, bn_eps=1e-3, sn_eps=1e-6).generate(**inputs) for state in states]
    imported = importer.convert(Source(folder))
    assert close(importer.outputs(imported, "G_ema", inputs, {})["img"], expected[0])
    write(folder, {"G_ema": states[1]}, suffix="_copy1")
    with pytest.raises(ConfigError, match="best0, copy1"):
        importer.convert(Source(folder))
    imported = importer.convert(Source(folder), entry="G_ema_copy1")
    assert close(importer.outputs(imported, "G_ema", inputs, {})["img"], expected[1])


def test_without_settings_the_program_s_defaults_are_taken_and_named(tmp_path):
    state = generator_state(1, 32)
    folder = write(tmp_path / "w", {"G_ema": state}, config=None)
    inputs = {"z": torch.randn(2, 24), "y": torch.tensor([0, 1])}
    for source in (folder, folder / "G_ema.pth"):
        imported = AjbrockBigGAN().convert(Source(source))
        assert any("BN_eps=1e-05" in note for note in imported.notes)
        found = AjbrockBigGAN().outputs(imported, "G_ema", inputs, {})["img"]
        assert close(found, Original(state).generate(**inputs))
    assert imported.license == "MIT"


def test_it_is_recognised_and_foreign_folders_are_not(tmp_path):
    folder = write(tmp_path / "w", {"G_ema": generator_state(1, 32)})
    assert find_importer(Source(folder)).name == "biggan.ajbrock-biggan"
    for name, content in {"other": {"blocks": torch.ones(2)}, "number": 3, "empty": {}}.items():
        (tmp_path / name).mkdir()
        torch.save(content, tmp_path / name / "G.pth")
        assert not AjbrockBigGAN().recognises(Source(tmp_path / name))
        assert not AjbrockBigGAN().recognises(Source(tmp_path / name / "G.pth"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda state: state.pop("blocks.1.0.conv2.weight"), "blocks.1.0.conv2.weight"),
        (lambda state: state.update({"blocks.0.0.conv4.weight": torch.ones(2)}), "BigGANdeep"),
        (lambda state: state.update({"extra.weight": torch.ones(2)}), "extra.weight"),
        (lambda state: state.update({"linear.weight": torch.ones(101, 24)}), "101 rows"),
        (lambda state: state.update({"blocks.0.0.conv1.u0": torch.ones(1, 3)}), "u0"),
        (lambda state: state.update({"blocks.0.0.bn1.stored_mean": torch.ones(3)}), "running_mean"),
    ],
)
def test_malformed_weights_are_refused(tmp_path, change, words):
    state = generator_state(1, 32)
    change(state)
    with pytest.raises(UntrustedFile, match=words):
        AjbrockBigGAN().convert(Source(write(tmp_path / "w", {"G_ema": state})))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"norm_style": "gn"}, "norm_style"),
        ({"G_nl": "swish"}, "G_nl"),
        ({"BN_eps": -1.0}, "BN_eps"),
        ({"resolution": 64}, "64"),
    ],
)
def test_settings_that_no_network_here_has_are_refused(tmp_path, config, words):
    with pytest.raises(UntrustedFile, match=words):
        AjbrockBigGAN().convert(Source(write(tmp_path / "w", {"G": generator_state(1, 32)}, config=config)))


def test_an_entry_that_is_not_there_is_refused(tmp_path):
    folder = write(tmp_path / "w", {"G": generator_state(1, 32)})
    for entry in ("D", "G_ema", "nonsense"):
        with pytest.raises(ConfigError, match="no generator"):
            AjbrockBigGAN().convert(Source(folder), entry=entry)

"""Model directories that are not what they should be."""

import json
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file, save_file

import ganzoo
from ganzoo import model_directory
from ganzoo.errors import ConfigError, ModelDirectoryError, RegistryError, WriteError
from ganzoo.gan import GAN
from ganzoo.testing.tiny import build_tiny


@pytest.fixture
def saved(tmp_path):
    gan, data = build_tiny("gan")
    gan.data = data.spec
    return gan.save_pretrained(tmp_path / "model")


def edit(directory, change):
    file = directory / "config.json"
    config = json.loads(file.read_text())
    change(config)
    file.write_text(json.dumps(config))


def set_in(*path, value):
    def change(config):
        for key in path[:-1]:
            config = config[key]
        config[path[-1]] = value

    return change


def test_what_stands_in_a_model_directory(saved):
    config = json.loads((saved / "config.json").read_text())
    assert config["ganzoo"]["format"] == 1
    assert config["architecture"]["name"] == "ganzoo.gan" and config["architecture"]["config"]["width"] == 8
    assert config["provider"]["distribution"] == "ganzoo"
    assert config["data"]["name"] == "ring8"
    names = load_file(saved / "model.safetensors").keys()
    assert names and all(name.startswith("generator.") for name in names), "inference needs no discriminator"
    assert sorted(file.name for file in saved.iterdir()) == ["config.json", "model.safetensors"]


def test_a_loaded_model_has_what_sampling_needs_and_nothing_on_the_meta_device(saved):
    gan = ganzoo.load(saved)
    assert gan.discriminator is None and not gan.training
    assert all(parameter.device.type == "cpu" for parameter in gan.parameters())
    assert gan.to("cpu") is gan and gan.source == str(saved)


def test_loading_draws_no_random_numbers(saved):
    state = torch.get_rng_state()
    ganzoo.load(saved)
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (set_in("ganzoo", "format", value=2), "format 2"),
        (set_in("ganzoo", value=3), "ganzoo is 3"),
        (set_in("ganzoo", "format", value="one"), "ganzoo.format"),
        (set_in("architecture", value=None), "architecture is None"),
        (set_in("architecture", "name", value=["gan"]), "architecture.name"),
        (set_in("architecture", "revision", value=True), "architecture.revision"),
        (set_in("architecture", "revision", value=7), "revision 7"),
        (set_in("architecture", "config", value=[1]), "architecture.config"),
        (set_in("architecture", "config", "width", value="wide"), "width"),
        (set_in("architecture", "config", "width", value=-3), "width"),
        (set_in("architecture", "config", "widht", value=3), "widht"),
        (set_in("architecture", "config", "width", value=9), "does not fit"),
        (set_in("architecture", "config", "width", value=10**6), "does not fit"),
        (set_in("provider", "requires", value=">=99"), "asks for ganzoo>=99"),
        (set_in("provider", "requires", value="; rm -rf"), "no version range"),
        (set_in("data", value={"name": "x", "sise": 3}), "no description of data"),
        (set_in("weights", value={}), "hash differs"),
        (set_in("weights", "model.safetensors", "sha256", value="0" * 64), "hash differs"),
    ],
)
def test_a_config_that_is_wrong_is_named(saved, change, message):
    edit(saved, change)
    with pytest.raises(ModelDirectoryError, match=message):
        ganzoo.load(saved)


def test_a_name_that_is_not_installed_is_the_registry_s_error(saved):
    edit(saved, set_in("architecture", "name", value="absent.gan"))
    with pytest.raises(RegistryError, match="absent"):
        ganzoo.load(saved)


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "[" * 100_000, '{"x": NaN}'])
def test_a_config_that_is_no_config_is_named(saved, text):
    (saved / "config.json").write_text(text)
    with pytest.raises(ModelDirectoryError, match=r"config\.json"):
        ganzoo.load(saved)


def test_an_enormous_config_is_not_read(saved):
    (saved / "config.json").write_bytes(b" " * 2_000_000)
    with pytest.raises(ModelDirectoryError, match="more than any config"):
        ganzoo.load(saved)


def rewrite(directory, change):
    tensors = dict(load_file(directory / "model.safetensors"))
    change(tensors)
    save_file(tensors, directory / "model.safetensors")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("generator.0.weight"), "missing tensor 'generator.0.weight'"),
        (lambda t: t.update(extra=torch.zeros(1)), "unexpected tensor 'extra'"),
        (lambda t: t.update({"generator.0.weight": torch.zeros(3, 3)}), r"\[3, 3\]"),
        (lambda t: t.update({"generator.0.bias": torch.zeros(8, dtype=torch.float16)}), "float16"),
        (lambda t: t.update({"generator.0.bias": torch.ones(8)}), "hash differs"),
    ],
)
def test_weights_that_do_not_match_are_named(saved, change, message):
    rewrite(saved, change)
    with pytest.raises(ModelDirectoryError, match=message):
        ganzoo.load(saved)


@pytest.mark.parametrize("content", [b"", b"\x80\x02}q\x00.", b"\xff" * 64, b"\x00" * 8])
def test_weights_that_are_no_safetensors_are_refused_and_nothing_is_run(saved, content):
    (saved / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelDirectoryError, match="cannot be read"):
        ganzoo.load(saved)


def test_truncated_and_missing_weights_are_named(saved):
    file = saved / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.raises(ModelDirectoryError, match="cannot be read"):
        ganzoo.load(saved)
    file.unlink()
    with pytest.raises(ModelDirectoryError, match="is missing"):
        ganzoo.load(saved)


@pytest.mark.parametrize("path", ["model", "model@main", "user/model/deeper"])
def test_what_is_no_path_is_not_looked_for_on_disk(saved, monkeypatch, path):
    monkeypatch.chdir(saved.parent)
    with pytest.raises(ConfigError, match="names no model") as raised:
        ganzoo.load(path)
    assert "./folder" in raised.value.hint
    assert ("'./model'" in raised.value.message) == (path == "model")


def test_a_run_is_not_a_model_and_the_error_says_where_the_model_is(tmp_path):
    gan, data = build_tiny("gan")
    ganzoo.train(gan, data, rounds=2, batch_size=4, out=tmp_path / "run")
    with pytest.raises(ModelDirectoryError, match="holds a run") as raised:
        ganzoo.load(tmp_path / "run")
    assert str(tmp_path / "run" / "model") in raised.value.hint
    with pytest.raises(ModelDirectoryError, match="holds no model"):
        ganzoo.load(tmp_path)


def test_a_class_that_is_not_registered_cannot_be_saved(tmp_path):
    class Homemade(GAN):
        def __init__(self):
            super().__init__()

    with pytest.raises(ModelDirectoryError, match="not registered"):
        Homemade().save_pretrained(tmp_path)


def test_a_save_that_fails_leaves_the_model_that_was_there(saved, monkeypatch):
    before = {file.name: file.read_bytes() for file in saved.iterdir()}
    monkeypatch.setattr(model_directory, "save_file", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(WriteError, match="disk full"):
        build_tiny("gan", seed=5)[0].save_pretrained(saved)
    assert {file.name: file.read_bytes() for file in saved.iterdir()} == before


def test_a_model_loads_in_a_fresh_process_and_gives_the_same_samples(saved):
    code = "import sys, ganzoo; print(ganzoo.load(sys.argv[1]).sample(3, seed=1).tolist())"
    done = subprocess.run([sys.executable, "-c", code, str(saved)], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == ganzoo.load(saved).sample(3, seed=1).tolist()

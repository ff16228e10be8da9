"""A model of each format and revision that was ever released stays here, and loads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file, save_file

from ganzoo.core import entries, registry
from ganzoo.errors import ConfigError
from ganzoo.files import sha256
from ganzoo.testing import frozen
from ganzoo.testing.requirement import CheckFailed

MODELS = Path(__file__).parent
DCGAN = MODELS / "dcgan-format1-revision1"


@pytest.mark.parametrize("directory", frozen.frozen_models(MODELS), ids=lambda directory: directory.name)
def test_a_released_model_still_loads_and_gives_what_it_gave(directory):
    frozen.check_frozen_model(directory)


def test_the_present_revision_of_every_architecture_is_kept():
    missing = frozen.missing_models("ganzoo", MODELS)
    assert not missing, f"models of these are not kept yet; once they are final: {'; '.join(missing)}"


def test_they_are_small():
    assert sum(file.stat().st_size for file in MODELS.glob("*/*")) <= 400_000


def test_an_architecture_without_one_is_told_the_command(monkeypatch, tmp_path):
    monkeypatch.chdir(MODELS.parents[1])
    shutil.copytree(DCGAN, tmp_path / DCGAN.name)
    missing = frozen.missing_models("ganzoo", tmp_path)
    others = [e.name for e in registry.entries(entries.Architecture) if e.provider.namespace == "ganzoo"]
    others.remove("ganzoo.dcgan")
    assert [command.split()[3] for command in missing] == others
    monkeypatch.chdir(tmp_path.parent)
    assert (
        frozen.missing_models("ganzoo", tmp_path)[0] == f"python -m ganzoo.testing.frozen {others[0]} {tmp_path.name}"
    )


def test_the_command_makes_one_and_never_makes_it_again(tmp_path):
    runner = CliRunner()
    made = runner.invoke(frozen.main, ["cgan", str(tmp_path), "--set", "width=4"], catch_exceptions=False)
    directory = tmp_path / "cgan-format1-revision1"
    assert made.output.startswith(f"{directory}: ") and "gives labels, live_samples, logits, samples" in made.output
    assert json.loads((directory / "config.json").read_text())["architecture"]["config"]["width"] == 4
    frozen.check_frozen_model(directory)
    again = runner.invoke(frozen.main, ["cgan", str(tmp_path)])
    assert again.exit_code == 1 and "there already" in again.output
    wrong = runner.invoke(frozen.main, ["gan", str(tmp_path), "--set", "widht=4"])
    assert wrong.exit_code == 1 and "no setting widht" in wrong.output


def altered(file, change):
    tensors = load_file(file)
    change(tensors)
    save_file(tensors, file)
    config = file.parent / "config.json"
    facts = json.loads(config.read_text())
    if file.name in facts["weights"]:
        facts["weights"][file.name]["sha256"] = sha256(file)
        config.write_text(json.dumps(facts))


@pytest.mark.parametrize(
    ("file", "tensor", "message"),
    [
        ("model.safetensors", "generator", "its samples are off by"),
        ("training.safetensors", "generator", "its live_samples are off by"),
        ("training.safetensors", "discriminator", "its logits are off by"),
    ],
)
def test_weights_that_mean_something_else_are_noticed(tmp_path, file, tensor, message):
    directory = shutil.copytree(DCGAN, tmp_path / DCGAN.name)

    def swap(tensors):
        name = next(name for name in tensors if name.startswith(tensor) and name.endswith("weight"))
        tensors[name] = tensors[name].flip(0).contiguous()

    altered(directory / file, swap)
    with pytest.raises(CheckFailed, match=message):
        frozen.check_frozen_model(directory)


def test_a_model_that_does_not_load_is_named(tmp_path):
    directory = shutil.copytree(DCGAN, tmp_path / DCGAN.name)
    altered(directory / "training.safetensors", lambda tensors: tensors.popitem())
    with pytest.raises(CheckFailed, match=r"dcgan-format1-revision1 no longer loads: .* does not fit"):
        frozen.check_frozen_model(directory)


def test_samples_of_another_form_are_named(tmp_path):
    directory = shutil.copytree(DCGAN, tmp_path / DCGAN.name)
    altered(directory / "expected.safetensors", lambda t: t.update(samples=torch.zeros(2, 1, 4, 4)))
    with pytest.raises(CheckFailed, match=r"its samples are torch.float32 \(2, 1, 8, 8\), not"):
        frozen.check_frozen_model(directory)


def test_a_folder_without_any_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="no frozen model"):
        frozen.frozen_models(tmp_path)

"""`ganzoo doctor MODEL` tells of a model directory what a load would say, without building anything."""

from __future__ import annotations

import json

import pytest

import ganzoo
from ganzoo import model_directory
from ganzoo.cli.doctor_model import examine
from ganzoo.core import registry
from ganzoo.errors import GanzooError
from ganzoo.hub.pull import Pulled
from ganzoo.model_diagnosis import diagnose
from ganzoo.testing.tiny import build_tiny


@pytest.fixture
def saved(tmp_path):
    gan, data = build_tiny("gan")
    gan.data = data.spec
    return model_directory.save(gan, tmp_path / "model", live=gan)


def edit(directory, change):
    file = directory / "config.json"
    config = json.loads(file.read_text())
    change(config)
    file.write_text(json.dumps(config))


def architecture(**facts):
    return lambda directory: edit(directory, lambda config: config["architecture"].update(facts))


def provider(**facts):
    return lambda directory: edit(directory, lambda config: config["provider"].update(facts))


def test_a_sound_model(saved, shell):
    done = shell("doctor", str(saved))
    assert done.returncode == 0 and done.stderr == ""
    first, *rest = done.stdout.splitlines()
    assert first == f"{saved}: nothing keeps it from loading"
    said = {line[2:22].strip(): line[24:] for line in rest if line.startswith("  ")}
    assert said["architecture"] == "ganzoo.gan, revision 1 (here: 1)"
    assert said["written by"] == f"ganzoo {ganzoo.__version__} (here: ganzoo {ganzoo.__version__})"
    assert said["data"] == "ring8" and '"width": 8' in said["settings"]
    size = (saved / "training.safetensors").stat().st_size
    assert said["training.safetensors"].startswith(f"{size:,} bytes, 8 tensors, 75 numbers of float32; its hash agrees")
    assert "only a load can tell" in rest[-1]


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_nothing_is_built_and_torch_is_not_imported(saved, shell, arguments):
    code = "import atexit; atexit.register(lambda: print(sorted({'torch', 'numpy'} & set(sys.modules))))"
    assert shell("doctor", str(saved), *arguments, before=code).stdout.endswith("[]\n")


def test_json(saved, shell):
    facts = json.loads(shell("doctor", str(saved), "--json").stdout)
    assert facts["loads"] and facts["loads_training"] and facts["problems"] == [] == facts["notes"]
    assert (facts["format"], facts["architecture"], facts["revision"]) == (1, "ganzoo.gan", 1)
    assert facts["installed"]["distribution"] == "ganzoo" and facts["installed"]["revision"] == 1
    assert facts["files"]["model.safetensors"]["hash_agrees"] and facts["settings"]["width"] == 8
    (saved / "model.safetensors").unlink()
    done = shell("doctor", str(saved), "--json")
    facts = json.loads(done.stdout)
    assert done.returncode == 1 and not facts["loads"] and not facts["loads_training"]
    assert facts["problems"][0]["of"] == "model.safetensors" and "is missing" in facts["problems"][0]["message"]


def changed(directory):
    file = directory / "model.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


FAULTS = {
    "newer format": lambda directory: edit(directory, lambda config: config["ganzoo"].update(format=2)),
    "newer revision": architecture(revision=7),
    "missing plugin": architecture(name="nowhere.gan"),
    "missing plugin of ours": architecture(name="unborn.gan"),
    "unknown architecture": architecture(name="ganzoo.gann"),
    "versions required": provider(requires=">=99"),
    "no version range": provider(requires="; rm -rf"),
    "no config": lambda directory: (directory / "config.json").unlink(),
    "no JSON": lambda directory: (directory / "config.json").write_text("{"),
    "weights that differ": changed,
    "weights cut short": lambda directory: (directory / "model.safetensors").write_bytes(b"\0" * 9),
    "no weights": lambda directory: (directory / "model.safetensors").unlink(),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_says_what_a_load_would_say_and_how_to_mend_it(saved, fault, monkeypatch):
    monkeypatch.setitem(registry.look_up.__globals__["DISTRIBUTIONS"], "unborn", "ganzoo-plugin-unborn")
    FAULTS[fault](saved)
    with pytest.raises(GanzooError) as raised:
        ganzoo.load(saved)
    found = diagnose(saved)
    assert not found.loads and raised.value.message in [problem.message for problem in found.problems]
    assert raised.value.hint in [problem.hint for problem in found.problems] or fault == "weights that differ"


def test_all_problems_are_told_at_once(saved):
    architecture(revision=7)(saved)
    changed(saved)
    (saved / "training.safetensors").write_bytes(b"")
    assert [problem.of for problem in diagnose(saved).problems] == [
        "config.json", "model.safetensors", "training.safetensors",
    ]  # fmt: skip


def test_weights_for_training_alone_do_not_keep_it_from_sampling(saved, shell):
    (saved / "training.safetensors").write_bytes(b"")
    done = shell("doctor", str(saved))
    assert done.returncode == 0 and "problem (for training=True alone)" in done.stdout
    assert not diagnose(saved).to_json()["loads_training"]
    (saved / "training.safetensors").unlink()
    found = diagnose(saved)
    assert found.problems == [] and "ganzoo pull --training" in found.notes[0]


def test_what_a_stranger_wrote_cannot_drive_the_terminal(saved, shell):
    provider(distribution="\x1b[2J\x07evil", version="1\r2")(saved)
    done = shell("doctor", str(saved))
    assert "\x1b" not in done.stdout and "\x07" not in done.stdout and "?[2J?evil 1?2" in done.stdout


def test_other_places_of_models(shell, tmp_path, monkeypatch):
    assert shell("doctor", "bundled:gan-ring8").returncode == 0
    done = shell("doctor", str(tmp_path / "nowhere"))
    assert done.returncode == 2 and "there is no folder" in done.stderr
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    done = shell("doctor", "owner/repo")
    assert done.returncode == 1 and "owner/repo is not in the cache" in done.stderr


def test_a_bare_name_is_a_plugin_and_a_folder_of_that_name_is_mentioned(shell, saved, monkeypatch):
    monkeypatch.chdir(saved.parent)
    done = shell("doctor", "model")
    assert done.returncode == 2 and "'model'" in done.stderr and "a model in the folder is ./model" in done.stderr
    assert shell("doctor", "./model").returncode == 0


def test_plugins_in_json(shell):
    facts = json.loads(shell("doctor", "ganzoo", "--json").stdout)
    assert [fact["namespace"] for fact in facts] == ["ganzoo"] and facts[0]["state"] == "ok"


def test_a_model_of_the_hub_is_looked_at_where_it_was_fetched_to(saved, monkeypatch, capsys):
    def pull(reference, *, local_files_only):
        assert local_files_only and reference == "owner/repo@v1"
        return Pulled("owner/repo", "0" * 40, saved)

    monkeypatch.setattr("ganzoo.hub.pull.pull", pull)
    assert examine("owner/repo@v1", as_json=False)
    assert capsys.readouterr().out.startswith(f"{saved}: nothing keeps it from loading")

"""`ganzoo train`, `resume`, `sample`, `interpolate` and `verify` as users call them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy
import pytest
from PIL import Image

from ganzoo.cli.main import cli
from ganzoo.errors import GanzooError

from .. import processes

ROOT = Path(__file__).parent.parent.parent


def started(arguments, **given):
    """A process that starts from nothing; those of `processes.run` find torch imported."""
    return subprocess.run([sys.executable, "-m", "ganzoo", *arguments], capture_output=True, text=True, **given)


def run(*arguments, cwd, code=0, from_nothing=False):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GANZOO_PLUGINS": "", "OMP_NUM_THREADS": "1"}
    given = {"cwd": cwd, "env": environment}
    done = started(arguments, **given) if from_nothing else processes.run(*arguments, module="ganzoo", **given)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done


def picture(path):
    with Image.open(path) as image:
        return image.size, image.mode


TINY = (
    "gan", "--data", "ring8", "--set", "width=8", "--set", "data.size=64", "--batch-size", "8", "--log-every", "5",
    "--samples-every", "20",
)  # fmt: skip


def test_a_run_from_training_to_samples(tmp_path):
    run("train", *TINY, "--rounds", "20", "--stop-at", "10", "--out", "r", cwd=tmp_path)
    assert not (tmp_path / "r" / "model").exists()
    run("resume", "r", cwd=tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "r" / "metrics.jsonl").read_text().splitlines()]
    assert [line["round"] for line in lines] == [5, 10, 15, 20]
    assert {"discriminator/adversarial", "generator/adversarial", "phase"} <= lines[0].keys()
    run("train", *TINY, "--rounds", "20", "--out", "whole", cwd=tmp_path)
    weights = [(tmp_path / name / "model" / "model.safetensors").read_bytes() for name in ("r", "whole")]
    assert weights[0] == weights[1]
    run("sample", "./r/model", "5", "--seed", "3", "--out", "five.npy", cwd=tmp_path)
    assert numpy.load(tmp_path / "five.npy").shape == (5, 2)
    run("sample", "./r/model", "--out", "points.png", cwd=tmp_path)
    assert picture(tmp_path / "points.png")[0][0] > 300
    run("interpolate", "./r/model", "--seeds", "0,1", "--steps", "4", "--out", "walk.npy", cwd=tmp_path)
    assert numpy.load(tmp_path / "walk.npy").shape == (4, 2)


def test_settings_are_typed_by_what_they_configure(tmp_path):
    settings = [
        "width=6", "latent=truncated", "latent.limit=1.5", "data.std=0.1", "gradient-penalty.weight=3",
        "discriminator.lr=0.001", "discriminator.steps=2", "all.betas=0.1,0.9", "generator.schedule=linear",
        "generator.clip=1.5", "prediction.players=discriminator",
    ]  # fmt: skip
    chosen = [part for setting in settings for part in ("--set", setting)]
    run(
        "train", "gan", "--data", "ring8", "--rounds", "2", "--loss", "wasserstein", "--penalty", "gradient-penalty",
        "--technique", "prediction", "--ema", "none", "--samples-every", "0", "--out", "r", *chosen, cwd=tmp_path,
    )  # fmt: skip
    config = json.loads((tmp_path / "r" / "config.json").read_text())
    assert config["architecture"]["config"]["width"] == 6
    assert config["architecture"]["config"]["latent"]["limit"] == 1.5
    assert config["data"]["component"]["std"] == 0.1
    plan = config["plan"]
    assert plan["loss"]["name"] == "ganzoo.wasserstein" and plan["ema"] is None
    assert plan["penalties"][0]["weight"] == 3.0 and plan["techniques"][0]["players"] == ["discriminator"]
    assert plan["players"]["discriminator"] == {"lr": 0.001, "steps": 2}
    assert plan["players"]["all"]["betas"] == [0.1, 0.9]
    assert plan["players"]["generator"] == {"schedule": "linear", "clip": 1.5}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dcgna",), "unknown architecture or recipe 'dcgna'"),
        (("dcgan", "--data", "digts"), "unknown dataset 'digts'"),
        (("dcgan", "--data", "./nowhere"), "does not exist"),
        (("dcgan", "--data", "mnist", "--set", "data.root=nowhere"), "mnist is not in"),
        (("dcgan", "--set", "widht=3"), "did you mean 'width'"),
        (("dcgan", "--set", "width=three"), "width"),
        (("dcgan", "--set", "width"), "key=value"),
        (("dcgan", "--set", "width=0"), "must be 1 or more"),
        (("dcgan", "--set", "critic.lr=1"), "nothing here is set by 'critic.lr'"),
        (("dcgan", "--set", "generator.momentum=1"), "momentum"),
        (("dcgan", "--image-size", "3"), "image_size"),
        (("dcgan", "--loss", "hinged"), "unknown loss 'hinged'"),
        (("dcgan", "--penalty", "gradient-penalty"), "batch normalisation"),
        (("dcgan", "--data", "ring8"), "is for image data"),
        (("dcgan", "--rounds", "0"), "rounds=0"),
        (("dcgan", "--rounds", "5", "--stop-at", "9"), "stop_at=9"),
        (("dcgan", "--ema", "2"), "ema=2.0"),
        (("dcgan", "--device", "abacus"), "abacus"),
        (("progan", "--image-size", "18"), "for example"),
        (("cyclegan", "--data", "digits"), "streams"),
    ],
)
def test_a_mistake_is_an_error_with_a_fix_before_anything_is_written(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GanzooError) as raised:
        cli.main(["train", *arguments], standalone_mode=False)
    assert message in str(raised.value) and raised.value.exit_code == 2
    assert not (tmp_path / "runs").exists()


def test_the_command_turns_errors_into_two_lines(tmp_path):
    done = run("train", "dcgna", cwd=tmp_path, code=2, from_nothing=True)
    error, hint = done.stderr.splitlines()
    assert error.startswith("error: unknown") and hint.startswith("hint:")


def test_a_run_is_not_overwritten_unless_asked(tmp_path):
    run("train", *TINY, "--rounds", "2", "--out", "r", cwd=tmp_path)
    done = run("train", *TINY, "--rounds", "2", "--out", "r", cwd=tmp_path, code=2)
    assert "hint: go on with it: ganzoo resume r" in done.stderr
    run("train", *TINY, "--rounds", "2", "--out", "r", "--overwrite", cwd=tmp_path)


def test_a_dry_run_prints_the_plan_and_writes_nothing(tmp_path):
    done = run(
        "train",
        "wgan-gp",
        "--image-size",
        "8",
        "--set",
        "width=4",
        "--set",
        "all.accumulate=4",
        "--dry-run",
        cwd=tmp_path,
    )
    for part in (
        "64 in 4 parts",
        "discriminator",
        "5 turn(s)",
        "ganzoo.wasserstein",
        "gradient-penalty",
        "minutes",
        "Adam",
    ):
        assert part in done.stdout
    assert not list(tmp_path.iterdir())


def test_a_damaged_checkpoint_exits_with_1(tmp_path):
    run("train", *TINY, "--rounds", "20", "--stop-at", "10", "--out", "r", cwd=tmp_path)
    latest = max((tmp_path / "r" / "checkpoints").glob("*.safetensors"))
    latest.write_bytes(latest.read_bytes()[:200])
    done = run("resume", "r", cwd=tmp_path, code=1)
    assert latest.name in done.stderr and "hint:" in done.stderr


def test_an_empty_folder_and_broken_images_are_named(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "no images" in run("train", "dcgan", "--data", "./empty", cwd=tmp_path, code=2).stderr
    (tmp_path / "pictures").mkdir()
    for i in range(3):
        Image.new("RGB", (12, 10), (i * 80, 0, 0)).save(tmp_path / "pictures" / f"{i}.png")
    (tmp_path / "pictures" / "broken.png").write_bytes(b"nothing")
    settings = ("--data", "./pictures", "--image-size", "8", "--set", "width=4", "--rounds", "2", "--batch-size", "4")
    done = run("train", "dcgan", *settings, cwd=tmp_path, code=2)
    assert "broken.png" in done.stderr and "data.skip_broken=true" in done.stderr
    run("train", "dcgan", *settings, "--set", "data.skip_broken=true", cwd=tmp_path)
    run("sample", "./runs/dcgan-pictures/model", "4", cwd=tmp_path)
    assert picture(tmp_path / "samples.png")[1] == "RGB"


def test_verify_exits_with_1_when_an_idea_does_not_hold_and_keeps_what_it_measured(tmp_path):
    plugin = tmp_path / "toycheck.py"
    plugin.write_text(
        "from ganzoo import entries, hookimpl\n"
        "from ganzoo.checks.check import Check, Criterion\n"
        "def measure(arm, seed):\n"
        "    return {'value': {'idea': 1.0, 'control': 0.0}[arm] + seed}\n"
        "def check(threshold):\n"
        "    return Check(name='c', claim='One.', control='zero', measure=measure,\n"
        "                 criteria=(Criterion(metric='value', op='>=', threshold=threshold),))\n"
        "GOOD, BAD, CONTROL_PASSES = check(0.5), check(9), check(-1)\n"
        "@hookimpl\n"
        "def ganzoo_entries():\n"
        "    return [entries.Loss(name=n, summary='s', target='toycheck:measure', check=f'toycheck:{c}')\n"
        "            for n, c in (('good', 'GOOD'), ('bad', 'BAD'), ('vain', 'CONTROL_PASSES'))]\n"
    )
    base = ("--plugin", "toycheck.py", "verify")
    done = run(*base, "local.good", "--seeds", "0", "--out", "e", "--table", "t.md", cwd=tmp_path)
    assert (
        "passed" in done.stdout
        and "misses by 0.5" in done.stdout
        and "| local.good | c |" in (tmp_path / "t.md").read_text()
    )
    kept = json.loads((tmp_path / "e" / "local.good" / "c-seed0-control.json").read_text())
    assert kept["measured"] == {"value": 0.0} and kept["arm"] == "control"
    assert "(kept)" in run(*base, "local.good", "--seeds", "0", "--out", "e", cwd=tmp_path).stdout
    plugin.write_text(plugin.read_text() + "# changed\n")
    assert "(kept)" not in run(*base, "local.good", "--seeds", "0", "--out", "e", cwd=tmp_path).stdout
    assert "FAILED" in run(*base, "local.bad", "--seeds", "0", cwd=tmp_path, code=1).stdout
    assert "the control passed on 1" in run(*base, "local.vain", "--seeds", "0", cwd=tmp_path, code=1).stdout
    assert "whole numbers" in run("verify", "gan", "--seeds", "x", cwd=tmp_path, code=2).stderr

"""What `ganzoo plugin new` writes works: the path of a contributor, from an empty folder to an installed plugin."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import pytest
from click.testing import CliRunner

from ganzoo.benchmarks.made_plugins import install
from ganzoo.cli.plugins import plugin
from ganzoo.cli.scaffold import KINDS, LONGEST, USES, next_steps, render, write_plugin
from ganzoo.errors import ConfigError, WriteError

LONG = "abcdefghij-abcdefghij-abcdefgh"


def test_what_is_written_is_clean_whatever_the_name(tmp_path):
    assert len(LONG) == LONGEST
    for name in ("x", "my-gan2", LONG):
        for kind in KINDS:
            write_plugin(name, kind, tmp_path / kind)
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", str(tmp_path)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    left = [file for file in tmp_path.rglob("*") if file.is_file() and "$" in file.read_text().replace("${{", "")]
    assert left == []


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("My_GAN", "loss", "cannot be the name of a plugin"),
        ("2gan", "loss", "cannot be the name of a plugin"),
        (f"{LONG}x", "loss", "cannot be the name of a plugin"),
        ("ganzoo-plugin-x", "loss", "the distribution would be ganzoo-plugin-ganzoo-plugin-x"),
        ("stylegan", "loss", "is reserved"),
        ("local", "loss", "is reserved"),
        ("class", "loss", "no module of the plugin could be called 'class'"),
        ("checks", "loss", "no module of the plugin could be called 'checks'"),
        ("hinge", "loss", "would lead to the loss of the built-in zoo"),
        ("wgan-gp", "architecture", "would lead to the architecture of the built-in zoo"),
        ("digits", "dataset", "would lead to the data set of the built-in zoo"),
        ("torch", "dataset", "needs 'torch' for something else"),
        ("math", "dataset", "needs 'math' for something else"),
        ("normal", "architecture", "needs 'Normal' for something else"),
        ("pytest", "metric", "needs 'pytest' for something else"),
    ],
)
def test_names_that_would_not_work_are_refused(tmp_path, name, kind, said):
    with pytest.raises(ConfigError) as raised:
        write_plugin(name, kind, tmp_path)
    assert said in raised.value.message and raised.value.hint
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_and_nothing_half_written_is_left(tmp_path, monkeypatch):
    folder = write_plugin("x", "loss", tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(ConfigError, match="exists already, and nothing in it was touched"):
        write_plugin("x", "metric", tmp_path)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    monkeypatch.setattr("pathlib.Path.write_text", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "disk full")))
    with pytest.raises(WriteError, match="disk full"):
        write_plugin("y", "loss", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["ganzoo-plugin-x"]


def test_the_command_says_what_comes_next(tmp_path):
    done = CliRunner().invoke(plugin, ["new", "my-gan", "--out", str(tmp_path)], catch_exceptions=False)
    folder = tmp_path / "ganzoo-plugin-my-gan"
    assert done.stdout.startswith(f"{folder} holds a plugin that works; begin with ganzoo_plugin_my_gan/my_gan.py.")
    steps = next_steps("my-gan", "architecture")
    assert done.stdout.splitlines()[1:] == [f"  cd {folder}", *(f"  {line}" for line in steps.splitlines())]
    assert f"\n{steps}\nruff" in (folder / "README.md").read_text()
    for command in ("ganzoo plugin check my-gan ", USES["architecture"].format(name="my-gan"), "ganzoo verify my-gan."):
        assert command in steps


# One process for all kinds, for importing torch takes longest: the commands that the scaffold says to try, the quick
# checks, a few rounds of the other one, and all tests.
TRY = """
import shlex, sys
from importlib import import_module
import pytest, torch
from ganzoo.cli.main import cli

torch.set_num_threads(1)
for line in sys.argv[1].splitlines():
    cli.main(shlex.split(line)[1:], standalone_mode=False)
checks = import_module("ganzoo_plugin_my_gan.checks")
checks.ROUNDS, checks.SAMPLES = 4, 8
assert checks.matching("idea", 0)["off_mean"] >= 0
sys.exit(pytest.main(["--import-mode=importlib", "-p", "no:cacheprovider", *sys.argv[2:]]))
"""
NAMES = {"architecture": "my-gan", "loss": "my-loss", "dataset": "my-data", "metric": "my-metric"}


def test_from_an_empty_folder_to_an_installed_plugin_and_back(environment, tmp_path):
    """An architecture all the way; the other kinds are put in place without pip."""
    folders = {kind: write_plugin(name, kind, tmp_path) for kind, name in NAMES.items()}
    done = environment.run(
        "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", "dist",
        str(folders["architecture"]), cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (wheel,) = (tmp_path / "dist").iterdir()
    tops = {path.partition("/")[0] for path in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"ganzoo_plugin_my_gan", "ganzoo_plugin_my_gan-0.1.0.dist-info"}

    done = environment.ganzoo("plugin", "install", f"./dist/{wheel.name}", cwd=tmp_path, PIP_NO_DEPS="1")
    assert done.returncode == 0, done.stderr
    said = "ganzoo-plugin-my-gan 0.1.0 is installed, as my-gan:\n  architecture  my-gan.my-gan "
    assert done.stdout.startswith(said)
    for kind in ("loss", "dataset", "metric"):
        install(environment.site, render(NAMES[kind], kind))
    listed = json.loads(environment.ganzoo("list", "my-*", "--json").stdout)
    assert {fact["name"]: fact["kind"] for fact in listed} == {f"{name}.{name}": kind for kind, name in NAMES.items()}

    rounds = {kind: f" --rounds 3 --out run-{kind}" for kind in ("architecture", "loss", "dataset")}
    commands = [USES[kind].format(name=name) + rounds.get(kind, "") for kind, name in NAMES.items()]
    commands.append("ganzoo verify my-loss my-data my-metric")
    # -P: the tests are to meet what is installed, not what lies in the folder.
    tests = [str(folder / "tests") for folder in folders.values()]
    done = environment.run("-P", "-c", TRY, "\n".join(commands), *tests, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("passed: held on 3 of 3 seeds, the control passed on 0") == 3
    assert all((tmp_path / f"run-{kind}" / "model" / "model.safetensors").is_file() for kind in rounds)
    assert " passed" in done.stdout.splitlines()[-1] and "skipped" not in done.stdout.splitlines()[-1]

    done = environment.ganzoo("plugin", "uninstall", "my-gan", "--yes")
    assert done.returncode == 0, done.stderr
    assert not list(environment.site.glob("ganzoo_plugin_my_gan*"))
    left = json.loads(environment.ganzoo("list", "my-*", "--json").stdout)
    assert {fact["kind"] for fact in left} == {"loss", "dataset", "metric"}

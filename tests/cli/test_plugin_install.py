from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ganzoo.cli import plugin_install, plugin_uninstall
from ganzoo.cli.pip import explained, run_pip
from ganzoo.cli.plugins import plugin
from ganzoo.core.installed import Installed
from ganzoo.errors import AmbiguousName, ConfigError, InstallError, PluginMissing

from .environments import write_wheel

GOOD = """
from ganzoo import entries, hookimpl

@hookimpl
def ganzoo_entries():
    return [entries.Loss(name="odd", summary="Of a plugin", target="fractions:Fraction")]
"""


def point(namespace, module):
    return f"[ganzoo]\n{namespace} = {module}\n"


def test_plugins_are_installed_shown_and_removed(environment, tmp_path):
    good = write_wheel(tmp_path, "lab-gans", GOOD, entry_points=point("lab", "lab_gans"))
    bad = write_wheel(tmp_path, "bad-gans", "1 / 0", entry_points=point("bad", "bad_gans"))
    done = environment.ganzoo("plugin", "install", "./" + good.rpartition("/")[2], bad, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    said = done.stdout.splitlines()
    assert said[0] == "lab-gans 0.2 is installed, as lab:"
    assert said[1].split() == ["loss", "lab.odd", "Of", "a", "plugin"]
    assert said[2:4] == ["bad-gans 0.2 is installed, as bad:", "  ZeroDivisionError: division by zero"]
    assert said[-1] == "  -> ganzoo plugin uninstall bad-gans removes it"
    assert environment.ganzoo("list", "losses", "odd").stdout.splitlines()[1].split()[:3] == ["odd", "loss", "lab"]

    done = environment.ganzoo("plugin", "uninstall", "lab")
    assert done.returncode == 2
    assert done.stderr == "error: nothing was removed, for nobody can be asked\nhint: say --yes\n"
    done = environment.ganzoo("plugin", "uninstall", "lab", "--yes")
    assert done.returncode == 0 and done.stdout.endswith("removed lab-gans 0.2\n"), done.stderr
    assert sorted(path.name for path in environment.site.glob("*_gans.py")) == ["bad_gans.py"]


HANGS = "import time\nwhile True: time.sleep(1)\n"
DIES = "import os\nos._exit(7)\n"


def test_plugins_that_stop_everything_else_can_be_removed(environment, tmp_path):
    environment.unpack(
        write_wheel(tmp_path, "hangs", HANGS, entry_points=point("endless", "hangs")),
        write_wheel(tmp_path, "dies", DIES, entry_points=point("dies", "dies")),
        write_wheel(tmp_path, "malformed", "", entry_points="[ganzoo]\nodd = malformed\n[console_scripts]\nnonsense\n"),
    )
    assert environment.ganzoo("plugin", "list").returncode == 7
    for name, distribution in (("malformed", "malformed"), ("endless", "hangs")):
        done = environment.ganzoo("plugin", "uninstall", name, "--yes")
        assert done.returncode == 0 and f"removed {distribution} 0.2" in done.stdout, done.stderr
    assert {path.name for path in environment.site.glob("*.dist-info")} == {"dies-0.2.dist-info"}


@pytest.mark.parametrize("before", [set(), {"stranger"}])
def test_what_is_no_plugin_is_taken_out_again_unless_it_was_there_before(monkeypatch, before):
    calls = []

    def run(*arguments, doing):
        calls.append((arguments[0], arguments[-1]))
        if arguments[0] == "install":
            brought = [{"metadata": {"name": "Stranger"}, "requested": True}]
            brought.append({"metadata": {"name": "other"}, "requested": False})
            Path(arguments[arguments.index("--report") + 1]).write_text(json.dumps({"install": brought}))

    monkeypatch.setattr(plugin_install, "run_pip", run)
    monkeypatch.setattr(plugin_install, "installed_names", lambda: before)
    monkeypatch.setattr(plugin_install, "look_afresh", lambda what: [])
    with pytest.raises(InstallError, match="stranger is no plugin of ganzoo") as raised:
        CliRunner().invoke(plugin, ["install", "stranger"], catch_exceptions=False)
    assert raised.value.hint == "check the name; what it needs was installed as well, and stays: other"
    assert ("was here before; it stays" if before else "was removed again") in raised.value.message
    assert calls == [("install", "stranger"), *([] if before else [("uninstall", "stranger")])]


@pytest.mark.parametrize(("source", "said"), [(DIES, "ends the process: exit code 7"), (HANGS, "comes to no end")])
def test_a_plugin_that_lets_nothing_be_seen_is_named(environment, tmp_path, source, said):
    environment.unpack(write_wheel(tmp_path, "endless", source, entry_points=point("endless", "endless")))
    code = "from ganzoo.cli import fresh_look; fresh_look.LONGEST_SECONDS = 2; fresh_look.look_afresh('endless')"
    last = environment.run("-c", code).stderr.splitlines()[-2:]
    assert last[0].endswith(f"InstallError: endless is installed, but loading plugins {said}")
    assert last[1] == "hint: ganzoo plugin uninstall endless removes it without importing it"


def test_a_torch_that_is_installed_is_not_replaced(environment, tmp_path):
    wheel = write_wheel(tmp_path, "old-gans", GOOD, entry_points=point("old", "old_gans"), requires=("torch<2",))
    done = environment.ganzoo("plugin", "install", wheel)
    assert done.returncode == 1
    assert "failed: it does not go with the ganzoo, torch and torchvision that are installed" in done.stderr
    assert not list(environment.site.glob("old_gans*"))


def test_an_index_that_cannot_be_reached_is_named(environment):
    done = environment.ganzoo(
        "plugin", "install", "lab-gans", PIP_NO_INDEX="0", PIP_INDEX_URL="https://127.0.0.1:9/simple", PIP_RETRIES="1"
    )
    assert done.returncode == 1
    assert "\nerror: installing lab-gans failed: the package index cannot be reached\nhint: check" in done.stderr
    assert done.stderr.count("Traceback") == 0


MANAGED = "error: externally-managed-environment\n\nx This environment is externally managed\n"
UNBUILT = """
  x pip subprocess to install build dependencies did not run successfully.
      ERROR: No matching distribution found for setuptools>=77
"""
EMPTY = "ERROR: Directory '/x' is not installable. Neither 'setup.py' nor 'pyproject.toml' found.\n"


@pytest.mark.parametrize(
    ("said", "meaning", "hint"),
    [
        (MANAGED, "this Python belongs to the operating system", "python -m venv"),
        ("ERROR: No matching distribution found for lab-gan>=3\n", "the package index has no lab-gan>=3", "./PLUGIN"),
        ("ERROR: Could not install packages: [Errno 13] Permission denied: '/x'\n", "cannot be written", "venv"),
        (UNBUILT, "lacks what it is built with", "--no-build-isolation"),
        (EMPTY, "there is no pyproject.toml", "ganzoo plugin new"),
        ("ERROR: [Errno 28] No space left on device\n", "the disk is full", "make room"),
        ("ERROR: Exception:\nTraceback\nTypeError: odd\n", "failed: TypeError: odd", "pip says more above"),
        ("ERROR: Package 'x' requires a different Python: 3.11\n", "Package 'x' requires a different Python", "above"),
        ("", "failed: pip ended with exit code 3", "above"),
    ],
)
def test_failures_of_pip_are_put_in_words(said, meaning, hint):
    error = explained(said, 3, "installing x")
    assert error.message.startswith("installing x failed: ") and meaning in error.message and hint in error.hint


def test_a_python_without_pip_is_an_error(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InstallError, match="installing x needs pip, and this Python has none") as raised:
        run_pip("install", "x", doing="installing x")
    assert "-m ensurepip" in raised.value.hint


def given_to_pip(monkeypatch, *names):
    """What pip would be asked to install."""
    asked = []

    def run(*arguments, doing):
        asked.extend(arguments[5:])  # after: install --constraint FILE --report FILE
        raise InstallError(doing)

    monkeypatch.setattr(plugin_install, "run_pip", run)
    with pytest.raises(InstallError):
        CliRunner().invoke(plugin, ["install", *names], catch_exceptions=False)
    return asked


def test_names_and_paths_are_told_apart(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stylegan").mkdir()
    assert given_to_pip(monkeypatch, "stylegan") == ["ganzoo-plugin-stylegan"]
    assert given_to_pip(monkeypatch, "./stylegan") == [str(tmp_path / "stylegan")]
    assert given_to_pip(monkeypatch, "--editable", "./stylegan") == ["--editable", str(tmp_path / "stylegan")]
    assert given_to_pip(monkeypatch, "-e", "./stylegan[dev]") == ["--editable", f"{tmp_path / 'stylegan'}[dev]"]
    assert given_to_pip(monkeypatch, "lab-gans>=1", "other") == ["lab-gans>=1", "other"]
    assert given_to_pip(monkeypatch, "git+https://x/y.git") == ["git+https://x/y.git"]


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (["./mygan.py"], "mygan.py is one file, and needs no installing", "ganzoo --plugin ./mygan.py list"),
        (["./nowhere"], "there is no ./nowhere", "looked up in the package index"),
        (["--", "--index-url=x"], "'--index-url=x' is no name of a distribution", "a path begins with ./"),
        (["a b"], "'a b' is no name of a distribution", "a path begins with ./"),
        (["--editable", "lab-gans"], "--editable takes folders only", "such as ./"),
    ],
)
def test_what_cannot_be_installed_is_wrong_use(monkeypatch, arguments, said, hint):
    monkeypatch.setattr(plugin_install, "run_pip", None)
    with pytest.raises(ConfigError) as raised:
        CliRunner().invoke(plugin, ["install", *arguments], catch_exceptions=False)
    assert said in raised.value.message and hint in raised.value.hint


class Source:
    """What is read of a distribution when it is removed."""

    files = entry_points = ()

    def locate_file(self, path):
        return "/somewhere"

    def read_text(self, name):
        return '{"url": "file:///my/gans", "dir_info": {"editable": true}}' if name == "direct_url.json" else None


def pretend(monkeypatch, *plugins):
    found = [
        Installed(name, "0.2", tuple((namespace, "m") for namespace in namespaces), (), Source())
        for name, namespaces in plugins
    ]
    monkeypatch.setattr(plugin_uninstall, "installed_plugins", lambda: found)


@pytest.mark.parametrize(
    ("name", "error", "said", "hint"),
    [
        (
            "lab",
            AmbiguousName,
            "several plugins have the namespace 'lab': first 0.2, second 0.2",
            "name the distribution",
        ),
        (
            "secondd",
            PluginMissing,
            "no plugin 'secondd' is installed; did you mean 'second'?",
            "installed are: first, s",
        ),
        ("torch", InstallError, "is installed, but is no plugin of ganzoo", "python -m pip uninstall torch"),
        ("ganzoo", InstallError, "ganzoo itself is no plugin", "python -m pip uninstall ganzoo"),
        ("lost", InstallError, "has lost its METADATA", "delete its .dist-info folder there by hand"),
    ],
)
def test_what_cannot_be_removed_is_an_error(monkeypatch, name, error, said, hint):
    pretend(monkeypatch, ("first", ["lab"]), ("second", ["lab", "other"]), ("an unnamed distribution", ["lost"]))
    with pytest.raises(error) as raised:
        CliRunner().invoke(plugin, ["uninstall", name, "--yes"], catch_exceptions=False)
    assert said in raised.value.message and hint in raised.value.hint


def test_that_nothing_is_installed_speaks_of_plugins(monkeypatch):
    pretend(monkeypatch)
    with pytest.raises(PluginMissing) as raised:
        CliRunner().invoke(plugin, ["uninstall", "lab", "--yes"], catch_exceptions=False)
    assert raised.value.hint == "no plugin is installed; the namespace ganzoo is the zoo itself"


def test_removing_asks_first_and_sees_whether_pip_did_it(monkeypatch):
    pretend(monkeypatch, ("first", ["lab"]))
    calls = []
    monkeypatch.setattr(plugin_uninstall, "run_pip", lambda *arguments, doing: calls.append(arguments))
    monkeypatch.setattr(plugin_uninstall, "can_ask", lambda: True)
    done = CliRunner().invoke(plugin, ["uninstall", "lab"], input="n\n")
    assert done.exit_code == 1 and "first 0.2 (lab) in /somewhere" in done.output and not calls
    assert "its files in /my/gans stay, for it was installed with --editable" in done.output
    with pytest.raises(InstallError, match=r"pip has not removed first .*: /somewhere is not in the env"):
        CliRunner().invoke(plugin, ["uninstall", "lab"], input="y\n", catch_exceptions=False)
    assert calls == [("uninstall", "--yes", "first")]

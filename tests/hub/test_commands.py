"""The commands that talk to the Hub."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from ganzoo.cli.main import cli
from ganzoo.errors import ConfigError, HubError

from .helpers import tiny


@pytest.fixture
def run(connected):
    def run(*words):
        result = CliRunner().invoke(cli, words, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return run


@pytest.fixture
def model(tmp_path):
    return str(tiny("dcgan").save_pretrained(tmp_path / "model"))


def test_push_search_pull_sample(connected, run, model, tmp_path):
    shown = run("push", model, "me/dcgan-digits", "--dry-run")
    assert "nothing was pushed" in shown and "model.safetensors" in shown and "# dcgan-digits" in shown
    assert connected.repositories == {}
    pushed = run("push", model, "me/dcgan-digits", "--message", "first")
    commit = connected.repository("me/dcgan-digits").head
    assert f"me/dcgan-digits@{commit}" in pushed and "ganzoo.load('me/dcgan-digits')" in pushed
    assert "me/dcgan-digits" in run("search", "--architecture", "dcgan")
    assert "no model was found" in run("search", "--architecture", "stylegan")
    (found,) = json.loads(run("search", "--json"))
    assert found["repository"] == "me/dcgan-digits"
    assert commit in run("pull", "me/dcgan-digits")
    run("sample", "me/dcgan-digits", "4", "--out", str(tmp_path / "four.png"))
    assert (tmp_path / "four.png").stat().st_size > 100
    run("interpolate", f"me/dcgan-digits@{commit}", "--out", str(tmp_path / "walk.png"))


def test_cards_are_shown_and_validated_by_the_hub(connected, run, model, tmp_path):
    card = run("card", "show", model, "--repository", "me/x")
    assert 'ganzoo.load("me/x")' in card
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text(card)
    bad.write_text("---\nlicense: nonsense\n---\n")
    assert "the Hub takes it" in run("card", "validate", str(good))
    with pytest.raises(HubError, match="license"):
        run("card", "validate", str(bad))


def test_only_folders_are_pushed(connected, run):
    with pytest.raises(ConfigError, match="is no folder"):
        run("push", "me/model", "me/other")


def test_what_strangers_wrote_does_not_act_on_the_terminal(connected, run):
    evil = '---\ntags: [ganzoo]\ndatasets: ["\\e[31mred\\a\\u202e"]\n---\n'
    connected.repository("bad/model").commit({"README.md": evil.encode()}, "evil")
    shown = run("search")
    assert "bad/model" in shown and not set(shown) & {"\x1b", "\x07", "\u202e"}


def test_searching_imports_no_torch(connected):
    code = """
import sys
from ganzoo.cli.main import cli
cli(["search"], standalone_mode=False)
print("torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "False", done.stderr

"""The command that checks a plugin names what still stands of the text that `ganzoo plugin new` wrote."""

import json

import pytest
from click.testing import CliRunner

from ganzoo.benchmarks.made_plugins import install
from ganzoo.cli.plugins import plugin
from ganzoo.cli.scaffold import KINDS, render, write_plugin


@pytest.fixture
def warned(tmp_path, monkeypatch, clean_registry):
    """What `ganzoo plugin check` warns of for a plugin that was installed from these files."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(str(site))

    def of(name, files, folder=None):
        install(site, files)
        if folder:
            origin = {"url": folder.absolute().as_uri(), "dir_info": {"editable": True}}
            (next(site.glob("*.dist-info")) / "direct_url.json").write_text(json.dumps(origin))
        done = CliRunner().invoke(plugin, ["check", name, "--only", "plugin::loads"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return [line.removeprefix("warning: the template's text still stands in ") for line in done.stderr.splitlines()]

    return of


@pytest.mark.parametrize("kind", KINDS)
def test_all_text_of_the_template_is_named(kind, warned, tmp_path):
    folder = write_plugin(f"new-{kind}", kind, tmp_path)
    said = warned(f"new-{kind}", render(f"new-{kind}", kind), folder)
    assert [line.split(":")[0] for line in said] == [
        "pyproject.toml", "pyproject.toml", "README.md", f"new-{kind}.new-{kind}",
    ]  # fmt: skip
    assert any(f"The authors of ganzoo-plugin-new-{kind}" in line for line in said)


def test_what_was_changed_is_not_named(warned, tmp_path):
    folder = write_plugin("mine", "loss", tmp_path)
    files = render("mine", "loss")
    light = "ganzoo_plugin_mine/plugin.py"
    files[light] = files[light].replace("Squared distance from a margin", "Something else")
    (folder / "README.md").write_text("# Mine\n\nA loss of mine.\n")
    project = (folder / "pyproject.toml").read_text()
    (folder / "pyproject.toml").write_text(
        project.replace("The authors of ganzoo-plugin-mine", "Ada").replace("The loss mine for ganzoo", "A loss")
    )
    assert warned("mine", files, folder) == []


def test_of_what_is_no_longer_a_working_folder_the_metadata_are_read(warned):
    said = warned("built", render("built", "metric"))
    assert [line.split(":")[0] for line in said] == ["the metadata of what is installed", "built.built"]

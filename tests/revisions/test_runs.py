"""A run goes on with the revision that it was begun with, or not at all."""

from __future__ import annotations

import pytest

import ganzoo
from ganzoo.errors import PluginMissing, RunDirectoryError
from ganzoo.training.resuming import resume


@pytest.fixture
def run(tmp_path):
    """Rounds of a toy of the release that is installed; the run is stopped at `stop_at`."""

    def train(stop_at=None):
        gan = ganzoo.create("toy.toy", seed=0, features=2)
        ganzoo.train(gan, "ring8", rounds=4, batch_size=4, stop_at=stop_at, out=tmp_path / "run")
        return tmp_path / "run"

    return train


def go_on(path, by_name):
    if by_name:
        return resume(path)
    return ganzoo.train(ganzoo.create("toy.toy", seed=0, features=2), "ring8", out=path, resume=True)


@pytest.mark.parametrize("by_name", [True, False])
def test_a_run_of_an_older_revision_is_not_taken_up(toy, run, by_name):
    path = run(stop_at=2)
    toy.release("3.0")
    for _ in range(2):  # it does not stay locked either
        with pytest.raises(RunDirectoryError, match=r"run of revision 1 of .* 3.0 has revision 3") as raised:
            go_on(path, by_name)
        assert raised.value.hint == "install the version that wrote it: ganzoo plugin install toy-gans==1.0"
    toy.release("1.0")
    go_on(path, by_name)
    assert (path / "model" / "model.safetensors").is_file(), "with its own version it goes on"


def test_of_a_finished_run_the_model_can_be_trained_further(toy, run):
    path = run()
    toy.release("3.0")
    with pytest.raises(RunDirectoryError) as raised:
        resume(path)
    assert f"ganzoo.load({str(path / 'model')!r}, training=True)" in raised.value.hint
    assert ganzoo.load(path / "model", training=True).config["width"] == 6


def test_a_run_of_a_newer_revision_asks_for_an_upgrade(toy, run):
    toy.release("2.0")
    path = run(stop_at=2)
    toy.release("1.0")
    with pytest.raises(RunDirectoryError, match="revision 2") as raised:
        resume(path)
    assert raised.value.hint == "upgrade the plugin: ganzoo plugin install --upgrade toy-gans"


def test_a_run_of_a_plugin_that_is_gone_names_it(toy, run):
    path = run(stop_at=2)
    toy.uninstall()
    with pytest.raises(PluginMissing, match=r"written by toy-gans 1\.0"):
        resume(path)


def test_a_newer_version_of_the_same_revision_goes_on(toy, run):
    path = run(stop_at=2)
    directory = next(toy.site.glob("*.dist-info"))
    (directory / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-gans\nVersion: 1.4\n")
    ganzoo.refresh()
    assert resume(path) == 4


@pytest.mark.parametrize(("format", "hint"), [(2, "upgrade ganzoo"), (0, "anew")])
def test_a_run_of_another_format_is_not_taken_up(toy, run, edit, format, hint):
    path = run(stop_at=2)
    edit(path, lambda config: config["ganzoo"].update(format=format))
    with pytest.raises(RunDirectoryError, match=f"a run of format {format}") as raised:
        resume(path)
    assert hint in raised.value.hint

"""What a model asks of the plugin that provides its architecture, and what is said when that is not there."""

from __future__ import annotations

import pytest

import ganzoo
from ganzoo.core import lookup
from ganzoo.errors import ModelDirectoryError, PluginMissing, UnknownName

ENTRY = """entries.Architecture(
    name="%s", target="{models}:Toy", summary="A toy that is odd", modality=("points",), %s
)"""
TOY = """
    from ganzoo.zoo.gan import VanillaGAN

    class Toy(VanillaGAN):
        def __init__(self, *, features: int = 2, hidden: int = 6, %s) -> None:
            super().__init__(features=features, width=hidden, depth=1)
"""


def provider(**facts):
    return lambda config: config["provider"].update(facts)


def test_the_command_that_installs_a_missing_plugin_of_ours(toy, save, edit, monkeypatch):
    directory = save()
    toy.uninstall()
    monkeypatch.setitem(lookup.DISTRIBUTIONS, "toy", "ganzoo-plugin-toy")
    edit(directory, provider(distribution="ganzoo-plugin-toyy"))
    with pytest.raises(PluginMissing, match="nothing installed provides the namespace 'toy'") as raised:
        ganzoo.load(directory)
    assert raised.value.hint == "ganzoo plugin install ganzoo-plugin-toy", "the name is ours, not the file's"


def test_a_missing_plugin_of_others_is_named_with_a_word_of_caution(toy, save):
    directory = save()
    toy.uninstall()
    with pytest.raises(PluginMissing, match=r"says that it was written by toy-gans 1\.0\n") as raised:
        ganzoo.load(directory)
    assert "trust" in raised.value.hint and raised.value.hint.endswith("ganzoo plugin install toy-gans")


@pytest.mark.parametrize(
    "name", ["x; rm -rf ~", "--index-url=http://x", "../evil", "git+https://x/y", "a\nb", "x" * 500]
)
def test_a_name_that_is_none_is_not_repeated(toy, save, edit, name):
    directory = save()
    toy.uninstall()
    edit(directory, provider(distribution=name, version="$(touch x)"))
    with pytest.raises(PluginMissing) as raised:
        ganzoo.load(directory)
    assert name not in str(raised.value) and "touch" not in str(raised.value)


def test_a_plugin_that_is_switched_off_is_not_to_be_installed(toy, save, monkeypatch):
    directory = save()
    monkeypatch.setenv("GANZOO_PLUGINS", "")
    ganzoo.refresh()
    with pytest.raises(PluginMissing, match="switched off") as raised:
        ganzoo.load(directory)
    assert "GANZOO_PLUGINS" in raised.value.hint


def test_what_a_newer_version_wrote_loads_if_the_revision_agrees(toy, save, edit):
    directory = save()
    edit(directory, provider(version="7.1"))
    ganzoo.load(directory)


def test_a_setting_of_a_newer_version_asks_for_it(toy, save):
    toy.install("1.1", TOY % "smooth: bool = False", ENTRY % ("toy", ""))
    directory = save()
    toy.release("1.0")
    with pytest.raises(ModelDirectoryError, match=r"smooth.*written by toy-gans 1\.1, and 1\.0 is installed") as raised:
        ganzoo.load(directory)
    assert "ganzoo plugin install --upgrade toy-gans" in raised.value.hint


def test_an_architecture_of_a_newer_version_asks_for_it(toy, save, edit):
    directory = save()
    edit(directory, lambda config: config["architecture"].update(name="toy.newer"))
    with pytest.raises(UnknownName, match=r"unknown architecture 'toy\.newer'") as raised:
        ganzoo.load(directory)
    assert "upgrade" not in raised.value.hint, "the version that wrote it is the one that is installed"
    edit(directory, provider(version="1.5"))
    with pytest.raises(UnknownName, match=r"written by toy-gans 1\.5") as raised:
        ganzoo.load(directory)
    assert "ganzoo plugin install --upgrade toy-gans" in raised.value.hint


def test_versions_that_an_architecture_requires_are_stored_and_asked_for(toy, save):
    toy.install("1.5", TOY % "_: None = None", ENTRY % ("toy", 'requires=">=1.5,<4"'))
    directory = save()
    ganzoo.load(directory)
    toy.release("1.0")
    with pytest.raises(ModelDirectoryError, match=r"asks for toy-gans>=1\.5,<4; 1\.0 is installed") as raised:
        ganzoo.load(directory)
    assert "--upgrade toy-gans" in raised.value.hint
    toy.install("4.0", TOY % "_: None = None", ENTRY % ("toy", ""))
    with pytest.raises(ModelDirectoryError, match=r"4\.0 is installed") as raised:
        ganzoo.load(directory)
    assert raised.value.hint.endswith("ganzoo plugin install toy-gans==1.5")


def test_the_version_of_another_distribution_says_nothing(toy, save, edit):
    directory = save()
    edit(directory, provider(distribution="toys-of-old", requires=">=9"))
    ganzoo.load(directory)
    edit(directory, provider(distribution="Toy_Gans"))
    with pytest.raises(ModelDirectoryError, match="asks for toy-gans>=9"):
        ganzoo.load(directory)


@pytest.mark.parametrize("change", [provider(distribution=3), provider(version=[1]), provider(requires=None)])
def test_a_provider_of_odd_types_is_refused(toy, save, edit, change):
    directory = save()
    edit(directory, change)
    with pytest.raises(ModelDirectoryError, match=r"provider\."):
        ganzoo.load(directory)


def test_a_newer_format_is_said_before_anything_else_is_held_against_it(toy, save, edit):
    directory = save()
    edit(directory, lambda config: config.update(ganzoo={"format": 2}, novelty={}, weights=[]))
    with pytest.raises(ModelDirectoryError, match="has format 2; this ganzoo reads 1") as raised:
        ganzoo.load(directory)
    assert raised.value.hint == "pip install --upgrade ganzoo"


# Names that changed -------------------------------------------------------------------------------


def warnings_of(load, *arguments):
    with pytest.warns(FutureWarning) as caught:
        load(*arguments)
    return [str(warning.message) for warning in caught]


def test_a_model_of_a_renamed_entry_loads_under_its_new_name(toy, save, tmp_path, recwarn):
    directory = save()
    toy.install("1.1", TOY % "_: None = None", ENTRY % ("plaything", 'aliases=("toy",)'))
    again = ganzoo.load(directory).save_pretrained(tmp_path / "again")
    assert '"toy.plaything"' in (again / "config.json").read_text() and not recwarn.list
    assert ganzoo.load(again).config["hidden"] == 6


def test_a_model_of_a_deprecated_name_loads_with_one_warning_as_what_it_is_called_today(toy, save, tmp_path):
    directory = save()
    old = ENTRY % ("toy", 'deprecated="it was renamed", replaced_by="plaything"')
    toy.install("1.1", TOY % "_: None = None", f"{old}, {ENTRY % ('plaything', '')}")
    (said,) = warnings_of(ganzoo.load, directory)
    assert said == "architecture toy.toy is deprecated: it was renamed; plaything is used instead"
    again = ganzoo.load(directory).save_pretrained(tmp_path / "again")
    assert '"toy.plaything"' in (again / "config.json").read_text()
    assert [found.name for found in ganzoo.list_entries(pattern="toy.*")] == ["toy.plaything"]


def test_a_model_of_a_replaced_entry_is_still_what_it_was(toy, save, tmp_path):
    directory = save()
    samples = ganzoo.load(directory).sample(3, seed=1)
    replaced = ENTRY % ("toy", 'deprecated="slow", replaced_by="better"')
    better = (ENTRY % ("better", "")).replace(":Toy", ":Better")
    source = TOY % "_: None = None" + (TOY % "other: int = 1").replace("class Toy", "class Better").split("\n\n")[1]
    toy.install("2.0", source, f"{replaced}, {better}")
    assert type(ganzoo.create("toy.better", features=2)).__name__ == "Better"
    (said,) = warnings_of(ganzoo.load, directory)
    assert said == "architecture toy.toy is deprecated: slow; for new models there is better"
    gan = ganzoo.load(directory)
    assert type(gan).__name__ == "Toy" and gan.sample(3, seed=1).equal(samples)
    assert '"toy.toy"' in (gan.save_pretrained(tmp_path / "again") / "config.json").read_text()

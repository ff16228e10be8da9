from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import ganzoo
from ganzoo.cli.info import info
from ganzoo.core import registry
from ganzoo.core.entries import Architecture, Metric, Recipe
from ganzoo.errors import UnknownName


def facts_of(name):
    done = CliRunner().invoke(info, [name, "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", [found.name for found in registry.entries()])
def test_every_entry_can_be_shown(name):
    facts = facts_of(name)
    assert facts and all(fact["name"] == name for fact in facts)
    done = CliRunner().invoke(info, [name], catch_exceptions=False)
    assert done.exit_code == 0 and done.stdout.startswith(f"{name}  (")


def test_settings_come_with_types_and_defaults():
    (dcgan,) = facts_of("dcgan")
    settings = {setting["name"]: setting for setting in dcgan["settings"]}
    assert settings["latent_dim"] == {"name": "latent_dim", "type": "an integer", "default": "100"}
    assert dcgan["facts"]["paper"] == "arXiv:1511.06434"
    assert dcgan["provider"] == f"ganzoo {ganzoo.__version__}"


def counted(gan):
    return {part: sum(p.numel() for p in module.parameters()) for part, module in gan.named_children()}


@pytest.mark.parametrize("name", ["dcgan", "progan", "wgan-gp"])
def test_parameter_counts_are_those_of_the_built_model(name):
    (facts,) = facts_of(name)
    assert facts["parameters"] == counted(ganzoo.create(name))
    assert facts["sized_by"] == "default settings"


def test_an_architecture_without_defaults_is_sized_by_its_tiny_data():
    (facts,) = facts_of("cgan")
    assert facts["parameters"] == counted(ganzoo.create("cgan", data=ganzoo.load_data("digits", image_size=8)))
    assert facts["sized_by"] == "digits with image_size=8"


@pytest.mark.parametrize("name", [found.name for found in registry.entries((Architecture, Recipe))])
def test_every_architecture_and_recipe_is_counted(name):
    counts = facts_of(name)[0]["parameters"]
    assert sum(counts.values()) > 0
    text = CliRunner().invoke(info, [name], catch_exceptions=False).stdout
    for part, count in counts.items():
        assert any(line.split() == [part, f"{count:,}"] for line in text.splitlines())


def test_a_recipe_shows_its_settings():
    (recipe,) = facts_of("wgan-gp")
    assert recipe["kind"] == "recipe"
    assert recipe["facts"]["architecture"] == "ganzoo.dcgan" and recipe["facts"]["loss"] == "ganzoo.wasserstein"


def test_a_name_of_several_kinds_shows_them_all(clean_registry):
    class Plugin:
        @ganzoo.hookimpl
        def ganzoo_entries(self):
            return [Metric(name="hinge", summary="s", target="fractions:Fraction")]

    ganzoo.add_plugin(Plugin())
    assert [fact["name"] for fact in facts_of("hinge")] == ["ganzoo.hinge", "local.hinge"]


def test_an_unknown_name_is_an_error():
    with pytest.raises(UnknownName, match="unknown entry 'dcgn'; did you mean 'dcgan'"):
        facts_of("dcgn")


def test_settings_of_a_recipe_are_written_as_one_gives_them():
    text = CliRunner().invoke(info, ["r3gan-digits"], catch_exceptions=False).stdout
    assert "penalties     ganzoo.r1: weight=0.5, every=8; ganzoo.r2: weight=0.5, every=8\n" in text
    assert "players       all: lr=0.001, betas=(0.0, 0.9)\n" in text

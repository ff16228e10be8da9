from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import ganzoo
from ganzoo.cli.info import info
from ganzoo.core import registry
from ganzoo.core.entries import Architecture, Metric
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


@pytest.mark.parametrize("name", [found.name for found in registry.entries(Architecture)])
def test_parameter_counts_are_those_of_the_built_model(name):
    counts = facts_of(name)[0]["parameters"]
    if counts:
        gan = ganzoo.create(name)
        assert counts == {part: sum(p.numel() for p in module.parameters()) for part, module in gan.named_children()}


def test_dcgan_can_be_counted_by_its_defaults():
    assert facts_of("dcgan")[0]["parameters"]["generator"] > 0


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

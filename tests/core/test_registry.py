from __future__ import annotations

import warnings
from fractions import Fraction

import pytest

import ganzoo
from ganzoo.core import first_party, registry
from ganzoo.core.entries import Architecture, Loss, Metric, Recipe
from ganzoo.errors import AmbiguousName, PluginBroken, PluginConflict, PluginMissing, TargetError, UnknownName


def add(*items, namespace="local"):
    class Plugin:
        @ganzoo.hookimpl
        def ganzoo_entries(self):
            return items

    ganzoo.add_plugin(Plugin(), namespace=namespace)


def loss(name, **fields):
    return Loss(name=name, summary="s", **{"target": "fractions:Fraction", **fields})


@pytest.mark.parametrize("name", ["hinge", "HINGE", "ganzoo.hinge", " Hinge "])
def test_names_are_found_short_and_qualified_in_any_case(clean_registry, name):
    assert registry.find(Loss, name).name == "ganzoo.hinge"


def test_underscores_stand_for_hyphens(clean_registry):
    assert registry.find(Loss, "non_saturating").name == "ganzoo.non-saturating"


def test_aliases_lead_to_the_entry(clean_registry):
    add(loss("odd", aliases=("strange",)))
    assert registry.find(Loss, "strange").name == registry.find(Loss, "local.strange").name == "local.odd"


def test_kinds_have_names_of_their_own(clean_registry):
    add(loss("odd"), Metric(name="odd", summary="s", target="a:b"))
    assert registry.find(Metric, "odd").entry.kind == "metric"
    assert registry.find((Loss, Metric), "odd").entry.kind == "loss"
    assert registry.find((Metric, Loss), "odd").entry.kind == "metric"
    with pytest.raises(UnknownName, match="unknown latent 'odd'"):
        registry.find(ganzoo.entries.Latent, "odd")


def test_an_unknown_name_comes_with_the_closest_ones(clean_registry):
    with pytest.raises(UnknownName) as raised:
        registry.find(Loss, "hing")
    assert str(raised.value) == "unknown loss 'hing'; did you mean 'hinge'?\nhint: ganzoo list loss"
    with pytest.raises(UnknownName, match=r"unknown loss 'ganzoo.hing'; did you mean 'hinge'\?"):
        registry.find(Loss, "ganzoo.hing")
    with pytest.raises(UnknownName) as raised:
        registry.find((Architecture, Recipe), "qqqq")
    assert raised.value.message == "unknown architecture or recipe 'qqqq'"


@pytest.mark.parametrize("name", ["user/model", "./model", "../model", "~/model", "/data/model", ".", "user\\model"])
def test_hub_names_and_paths_are_no_registry_names(clean_registry, name):
    with pytest.raises(UnknownName, match="is no name of a loss: 'owner/repo' is a model on the Hub"):
        registry.find(Loss, name)


def test_first_party_plugins_come_with_the_line_that_installs_them(clean_registry, monkeypatch):
    names = first_party.DISTRIBUTIONS
    assert all(distribution == f"ganzoo-plugin-{namespace}" for namespace, distribution in names.items())
    monkeypatch.setitem(names, "unborn", "ganzoo-plugin-unborn")  # the others may be installed
    with pytest.raises(PluginMissing) as raised:
        registry.find(Architecture, "unborn.big")
    assert raised.value.message.endswith("nothing installed provides the namespace 'unborn'")
    assert raised.value.hint == "ganzoo plugin install ganzoo-plugin-unborn"


def test_nobody_is_told_to_install_a_stranger(clean_registry):
    with pytest.raises(PluginMissing) as raised:
        registry.find(Architecture, "stranger.big")
    assert "plugin install" not in raised.value.hint and "trust" in raised.value.hint


def test_a_plugin_cannot_shadow_the_built_in_zoo(distributions):
    distributions.install_loss("shadow", namespace="shadow", name="hinge")
    assert registry.find(Loss, "hinge").name == "ganzoo.hinge"
    assert registry.find(Loss, "shadow.hinge").provider.distribution == "shadow"
    listed = {found.name: found.short_name for found in registry.entries(Loss, "hinge")}
    assert listed == {"ganzoo.hinge": "hinge", "shadow.hinge": "shadow.hinge"}


def test_a_plugin_cannot_shadow_the_built_in_zoo_by_an_alias(distributions):
    distributions.install_loss("shadow", namespace="shadow", extra="aliases=('hinge',)")
    assert registry.find(Loss, "hinge").name == "ganzoo.hinge"
    assert registry.find(Loss, "shadow.hinge").name == "shadow.odd"


def test_a_short_name_of_two_plugins_is_ambiguous(distributions):
    distributions.install_loss("lab-b", namespace="b")
    distributions.install_loss("lab-a", namespace="a")
    with pytest.raises(AmbiguousName) as raised:
        registry.find(Loss, "odd")
    assert str(raised.value) == "'odd' is ambiguous: a.odd (lab-a 1.0), b.odd (lab-b 1.0)\nhint: use the full name"
    assert registry.find(Loss, "b.odd").provider.distribution == "lab-b"


def test_deprecation_warns_once_and_leads_to_the_replacement(clean_registry):
    add(
        loss("old", deprecated="it was wrong", replaced_by="new"), loss("new"),
        loss("dated", deprecated="nobody uses it"), loss("renamed", replaced_by="ganzoo.hinge"),
    )  # fmt: skip
    with pytest.warns(FutureWarning, match="loss local.old is deprecated: it was wrong; new is used instead"):
        assert registry.find(Loss, "old").name == "local.new"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert registry.find(Loss, "local.old").name == "local.new"
    with pytest.warns(FutureWarning, match="nobody uses it"):
        assert registry.find(Loss, "dated").name == "local.dated"
    with pytest.warns(FutureWarning, match="ganzoo.hinge is used instead"):
        assert registry.find(Loss, "renamed").name == "ganzoo.hinge"
    assert [found.name for found in registry.entries(Loss, "local.*")] == ["local.new"]
    assert len(registry.entries(Loss, "local.*", deprecated=True)) == 4


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_replacements_in_a_circle_are_an_error(clean_registry):
    add(loss("one", replaced_by="two"), loss("two", replaced_by="one"))
    with pytest.raises(PluginBroken, match=r"circle: local\.one, local\.two"):
        registry.find(Loss, "one")


def test_entries_are_chosen_by_kind_and_pattern_and_sorted_with_numbers_in_order(clean_registry):
    add(loss("x-16"), loss("x-4", tags=("quick",)), Metric(name="x-5", summary="s", target="a:b"))
    assert [found.name for found in registry.entries(pattern="local.*")] == ["local.x-4", "local.x-16", "local.x-5"]
    assert [found.name for found in registry.entries(Loss, "x-*")] == ["local.x-4", "local.x-16"]
    assert [found.name for found in registry.entries(pattern="quick")] == ["local.x-4"]
    assert {found.entry.kind for found in registry.entries((Loss, Metric))} == {"loss", "metric"}
    namespaces = [found.provider.namespace for found in registry.entries(Loss)]
    assert namespaces.index("local") == namespaces.count("ganzoo")


def test_load_imports_the_target(clean_registry):
    add(loss("odd"), loss("nested", target="fractions:Fraction.from_float"))
    assert registry.find(Loss, "odd").load() is Fraction
    assert registry.find(Loss, "nested").load()(0.5) == Fraction(1, 2)


@pytest.mark.parametrize("target", ["nowhere_to_be_found:x", "fractions:Nothing", "this_exits:x"])
def test_a_target_that_cannot_be_loaded_is_named_with_its_provider(distributions, target):
    (distributions.site / "this_exits.py").write_text("raise SystemExit(0)")
    distributions.install("lab", f"""
        @hookimpl
        def ganzoo_entries(): return [Loss(name="odd", summary="s", target="{target}")]
    """, namespace="lab")  # fmt: skip
    with pytest.raises(TargetError) as raised:
        registry.find(Loss, "odd").load()
    assert f"loading loss lab.odd (lab 1.0) failed in {target}: " in raised.value.message
    assert raised.value.hint == "ganzoo doctor lab" and raised.value.__cause__ is not None


def test_a_recipe_has_nothing_to_load(clean_registry):
    add(Recipe(name="odd", summary="s", architecture="dcgan"))
    with pytest.raises(TargetError, match="has no target of its own"):
        registry.find(Recipe, "odd").load()


def test_adding_a_plugin_again_replaces_it(clean_registry):
    add(loss("one"))
    add(loss("two"))
    assert [found.name for found in registry.entries(Loss, "local.*")] == ["local.two"]
    ganzoo.refresh()
    assert [found.name for found in registry.entries(Loss, "local.*")] == ["local.two"]


def test_a_plugin_that_cannot_be_added_leaves_the_registry_as_it_was(clean_registry):
    add(loss("one"))
    with pytest.raises(PluginBroken, match="two entries of kind loss answer to 'two'"):
        add(loss("two"), loss("two"))

    class Other:
        @ganzoo.hookimpl
        def ganzoo_entries(self):
            return [loss("one")]

    with pytest.raises(PluginBroken, match=r"local\.one \(loss\) is registered twice"):
        ganzoo.add_plugin(Other())
    assert [found.name for found in registry.entries(Loss, "local.*")] == ["local.one"]
    assert {status.state for status in registry.plugins() if status.provider.namespace == "local"} == {"ok"}


def test_an_added_plugin_cannot_take_a_namespace(distributions):
    distributions.install_loss("lab", namespace="lab")
    for namespace in ("ganzoo", "bundled", "lab"):
        with pytest.raises(PluginConflict, match=f"namespace '{namespace}' belongs to"):
            add(loss("odd"), namespace=namespace)

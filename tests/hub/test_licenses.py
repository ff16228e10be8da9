"""The licence of a card keeps the conditions of the architecture, the data and imported weights."""

from dataclasses import replace

import pytest

from ganzoo.core import entries
from ganzoo.errors import ConfigError
from ganzoo.hub.card import card_of
from ganzoo.hub.card_facts import read_facts
from ganzoo.hub.licenses import conditions, license_of, on_the_hub

from .helpers import tiny
from .loopback.cards import validate


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tiny("dcgan").save_pretrained(tmp_path_factory.mktemp("model"))


@pytest.fixture
def facts(directory):
    def facts(architecture=None, data=None):
        found = read_facts(directory, "me/x")
        found.entry = replace(found.entry, license=architecture)
        found.dataset = replace(found.dataset, license=data)
        return found

    return facts


@pytest.mark.parametrize(
    ("architecture", "data", "expected"),
    [
        (None, None, "unknown"),
        (None, "CC-BY-4.0", "cc-by-4.0"),
        ("MIT", None, "unknown"),
        ("MIT", "CC-BY-4.0", "cc-by-4.0"),
        ("CC-BY-NC-4.0", None, "cc-by-nc-4.0"),
        ("CC-BY-NC-4.0", "MIT", "cc-by-nc-4.0"),
        ("MIT", "CC-BY-NC-SA-4.0", "cc-by-nc-sa-4.0"),
        ("CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "cc-by-nc-sa-4.0"),
        ("CC-BY-NC-SA-4.0", "CC-BY-NC-4.0", "cc-by-nc-sa-4.0"),
        ("AGPL-3.0-only", "MIT", "agpl-3.0"),
        ("GPL-3.0-or-later", None, "gpl-3.0"),
        ("LicenseRef-Lab-Terms", "MIT", "licenseref-lab-terms"),
        (None, "LicenseRef-Lab-Terms", "licenseref-lab-terms"),
    ],
)
def test_without_a_choice_the_most_restrictive_holds(facts, architecture, data, expected):
    assert license_of(facts(architecture, data), None) == expected


@pytest.mark.parametrize(
    ("architecture", "data", "chosen"),
    [
        (None, None, "MIT"),
        ("MIT", "CC-BY-4.0", "Apache-2.0"),
        ("CC-BY-NC-4.0", None, "cc-by-nc-nd-4.0"),
        ("CC-BY-NC-4.0", "CC-BY-SA-4.0", "CC-BY-NC-SA-4.0"),
        ("LicenseRef-Lab-Terms", None, "LicenseRef-Lab-Terms"),
        (None, "GPL-3.0", "AGPL-3.0-only"),
    ],
)
def test_a_choice_that_has_every_condition_holds(facts, architecture, data, chosen):
    assert license_of(facts(architecture, data), chosen) == chosen.lower().removesuffix("-only")


@pytest.mark.parametrize(
    ("architecture", "data", "chosen", "named"),
    [
        ("CC-BY-NC-4.0", None, "mit", ["the architecture dcgan (CC-BY-NC-4.0)", "non-commercial"]),
        (None, "CC-BY-NC-SA-4.0", "cc-by-nc-4.0", ["the data digits (CC-BY-NC-SA-4.0)", "share-alike"]),
        ("CC-BY-NC-4.0", "CC-BY-SA-4.0", None, ["architecture", "data", "non-commercial", "share-alike"]),
        ("CC-BY-ND-4.0", None, "cc-by-nc-4.0", ["no-derivatives"]),
        ("LicenseRef-Lab-Terms", "MIT", "cc-by-nc-4.0", ["the terms of lab-terms"]),
        ("LicenseRef-Lab-Terms", "CC-BY-SA-4.0", None, ["share-alike"]),
    ],
)
def test_what_drops_a_condition_is_refused_with_both_sides(facts, architecture, data, chosen, named):
    with pytest.raises(ConfigError) as raised:
        license_of(facts(architecture, data), chosen)
    assert all(word in str(raised.value) for word in named), str(raised.value)
    assert "--license" in raised.value.hint


def test_words_within_words_are_no_conditions():
    for free in ("MIT", "Apache-2.0", "BSD-3-Clause", "NCSA", "Fancy-Sandwich-1.0", "unknown", "other", ""):
        assert conditions(free) == set(), free
    assert conditions("CC_BY_NC_4.0") == conditions("MIT AND CC-BY-NC-4.0") == {"non-commercial"}


def test_a_licence_of_ones_own_is_other_with_its_name(facts, directory):
    assert on_the_hub(facts(), "LicenseRef-My-Terms") == {"license": "other", "license_name": "my-terms"}
    assert on_the_hub(facts(), "mit") == {"license": "mit"}
    assert validate(str(card_of(directory, license="LicenseRef-My-Terms"))) == ([], [])


def test_every_licence_that_an_entry_names_makes_a_card_that_the_hub_takes(facts):
    from ganzoo.core import registry

    from .loopback.cards import LICENSES

    named = {found.entry.license for found in registry.entries((entries.Architecture, entries.Dataset))}
    for license in named - {None}:
        assert on_the_hub(facts(data=license), None)["license"] in LICENSES, license

"""What `ganzoo doctor` finds worth knowing about a model whose plugin went on without it."""

from __future__ import annotations

import pytest

from ganzoo.core.entries import Architecture
from ganzoo.model_diagnosis import diagnose

ENTRY = """entries.Architecture(
    name="%s", target="{models}:Toy", summary="A toy that is odd", modality=("points",), %s
)"""
BROKEN = "raise ImportError('heavy')"


def test_a_model_that_will_be_migrated(toy, save):
    directory = save()
    toy.release("3.0")
    found = diagnose(directory)
    assert found.loads and found.installed["migrate"].endswith(":migrate")
    assert found.notes == [
        "every load migrates it from revision 1 to 3; saved again, it is of revision 3",
        "it was written by toy-gans 1.0, and 3.0 is installed",
    ]


def test_a_model_that_cannot_be_migrated(toy, save):
    directory = save()
    toy.install("2.0", BROKEN, ENTRY % ("toy", "revision=2"))
    (problem,) = diagnose(directory).problems
    assert "cannot migrate" in problem.message and "toy-gans==1.0" in problem.hint


def test_nothing_of_the_plugin_but_its_light_module_is_imported(toy, save):
    directory = save()
    toy.install("1.1", BROKEN, ENTRY % ("toy", ""))
    assert diagnose(directory).loads


def test_a_renamed_and_a_deprecated_architecture(toy, save, recwarn):
    directory = save()
    toy.install("1.0", BROKEN, ENTRY % ("plaything", 'aliases=("toy",), deprecated="it bores"'))
    assert diagnose(directory).notes == [
        "toy.toy is called toy.plaything today", "toy.plaything is deprecated: it bores",
    ]  # fmt: skip
    assert not recwarn.list


def test_another_distribution_of_the_same_namespace(toy, save):
    directory = save()
    toy.install("0.3", BROKEN, ENTRY % ("toy", ""), distribution="other-toys")
    assert diagnose(directory).notes == [
        "it was written by toy-gans 1.0, and other-toys 0.3 provides toy.toy here: they may not be the same"
    ]


@pytest.mark.parametrize(
    "facts", [{"revision": 0}, {"revision": "1"}, {"revision": True}, {"migrate": "migrate"}, {"requires": "4 or so"}]
)
def test_what_an_entry_says_of_its_revisions_is_looked_at_when_it_is_made(facts):
    with pytest.raises(ValueError, match=next(iter(facts))):
        Architecture(name="toy", summary="A toy", target="a:b", **facts)

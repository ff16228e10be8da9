"""Behavioural checks that no longer fit, and evidence that is no longer of the code that it was measured on."""

import json

import pytest

from ganzoo import entries
from ganzoo.checks.evidence import checks_of, gather
from ganzoo.testing import behaviour, check_plugin, parametrize_with_checks


@pytest.fixture
def outcome(add):
    def of(check, name="check_begins", evidence=None):
        small = entries.Architecture(
            name="small",
            summary="A GAN for the tests",
            target="broken_architectures:Small",
            modality=("points",),
            tiny_data={"name": "ring8", "size": 64},
            check=check,
        )
        add([small])
        report = check_plugin("local", evidence=evidence, only=lambda case: case.name == name)
        return report.results[0] if report.results else None

    return of


@pytest.fixture
def kept(outcome, tmp_path):
    """Evidence of the entry on two seeds."""
    outcome("broken_checks:QUICK")
    name, (check,) = checks_of("local.small")
    list(gather(name, check, (0, 1), tmp_path))
    return tmp_path / name


@pytest.mark.parametrize("check", ["SOUND", "QUICK", "ENDLESS"])
def test_a_sound_check_begins_and_is_not_run_to_its_end(outcome, monkeypatch, check):
    monkeypatch.setattr(behaviour, "LONGEST", 0.05)
    assert outcome(f"broken_checks:{check}").outcome == "passed"


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("NO_SUCH_SETTING", "its arm 'control' cannot begin: ConfigError"),
        ("NO_SUCH_MODULE", "no_such_gan"),
        ("NO_SUCH_NUMBER", "it has bounds for distance, and measures error"),
    ],
)
def test_a_check_that_its_entry_has_left_behind_fails(outcome, check, said):
    result = outcome(f"broken_checks:{check}")
    assert result.outcome == "failed" and said in result.problem and not result.traceback


def test_a_check_that_is_gone_is_said_once(outcome):
    assert outcome("broken_checks:GONE").outcome == "not tried"
    assert outcome("broken_checks:GONE", "check_is_there").outcome == "failed"


def test_who_keeps_no_evidence_is_not_asked_for_it(outcome, tmp_path):
    assert outcome("broken_checks:QUICK", "evidence_is_fresh", tmp_path) is None


def test_fresh_evidence_passes(outcome, kept):
    assert outcome("broken_checks:QUICK", "evidence_is_fresh", kept.parent).outcome == "passed"


def test_evidence_of_one_seed_is_enough_to_begin_with(outcome, kept):
    for file in kept.glob("*-seed1-*.json"):
        file.unlink()
    assert outcome("broken_checks:QUICK", "evidence_is_fresh", kept.parent).outcome == "passed"


def change(kept, **facts):
    file = kept / "works-seed1-idea.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | facts))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"code": "0" * 16}, "measured on other code than today's: works-seed1-idea.json"),
        ({"check": "gone"}, "nothing is kept of seed 1 idea"),
        ({"arm": "gone"}, "nothing is kept of seed 1 idea"),
        ({"measured": {"error": 0.7}}, "it held on 1 of 2 seeds, the control passed on 0"),
        ({"colour": 3}, "is no evidence file"),
    ],
)
def test_stale_evidence_fails(outcome, kept, facts, said):
    change(kept, **facts)
    result = outcome("broken_checks:QUICK", "evidence_is_fresh", kept.parent)
    assert result.outcome == "failed" and said in result.problem and result.mend


def test_evidence_of_a_check_that_is_gone_fails(outcome, kept):
    (kept / "old-seed0-idea.json").write_text((kept / "works-seed0-idea.json").read_text().replace('"works"', '"old"'))
    result = outcome("broken_checks:QUICK", "evidence_is_fresh", kept.parent)
    assert "checks or arms that there are not: old-seed0-idea.json" in result.problem


def test_evidence_beside_the_tests_is_found(outcome, kept, monkeypatch):
    kept.parent.rename(kept.parent.parent / "evidence")
    monkeypatch.setitem(globals(), "__file__", str(kept.parent.parent / "test_plugin.py"))
    ids = [case.id for case in parametrize_with_checks("local").args[1]]
    assert "small::evidence_is_fresh" in ids

"""What is concluded from measurements: by absolute bounds, and by bounds relative to another arm."""

import pytest

from ganzoo.checks.check import CONTROL, Check, Criterion
from ganzoo.checks.evidence import Evidence, Verdict


def verdict(*criteria, ideas, controls, baselines=()):
    check = Check(name="c", claim="", control="", measure=lambda arm, seed: {}, criteria=criteria, baselines=baselines)
    arms = {"idea": ideas, "control": controls} | {name: [1.0] * len(ideas) for name in baselines}
    evidence = [
        Evidence("x.x", "c", arm, seed, {"error": value}, 0.0, "", "", "")
        for arm, values in arms.items()
        for seed, value in enumerate(values)
    ]
    return Verdict(check, tuple(evidence))


def below(threshold, relative_to=None):
    return Criterion(metric="error", op="<=", threshold=threshold, relative_to=relative_to)


def outcome(verdict):
    return verdict.held, verdict.controls_passed, verdict.passed


def test_a_bound_relative_to_the_control_is_one_that_the_control_misses_whether_the_idea_meets_it_or_not():
    assert outcome(verdict(below(0.5, CONTROL), ideas=[1, 1, 9], controls=[4, 4, 4])) == (2, 0, True)
    assert outcome(verdict(below(0.5, CONTROL), ideas=[1, 9, 9], controls=[4, 4, 4])) == (1, 0, False)


@pytest.mark.parametrize(("factor", "control"), [(1.0, 4.0), (1.5, 4.0), (0.5, 0.0)])
def test_a_control_that_meets_a_bound_relative_to_itself_passes(factor, control):
    assert outcome(verdict(below(factor, CONTROL), ideas=[0], controls=[control])) == (1, 1, False)


def test_beside_other_bounds_one_relative_to_the_control_does_not_judge_it():
    both = (below(0.5, CONTROL), below(5.0))
    assert outcome(verdict(*both, ideas=[1], controls=[4])) == (1, 1, False)
    assert outcome(verdict(*both, ideas=[1], controls=[6])) == (1, 0, True)


def test_a_bound_relative_to_a_baseline_judges_the_control():
    bound = below(0.5, "plain")
    assert outcome(verdict(bound, ideas=[0.4], controls=[0.45], baselines=("plain",))) == (1, 1, False)
    assert outcome(verdict(bound, ideas=[0.4], controls=[0.6], baselines=("plain",))) == (1, 0, True)


def test_a_control_that_measures_none_of_the_numbers_does_not_fail():
    found = verdict(below(0.5), ideas=[0.1], controls=[0.1])
    (idea, control) = found.evidence
    silent = Evidence(**{**vars(control), "measured": {"other": 1.0}})
    assert Verdict(found.check, (idea, silent)).controls_passed == 1

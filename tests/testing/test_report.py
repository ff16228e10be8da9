"""How the kit reports: outcomes, expected failures, fingerprints, and what pytest is given."""

import dataclasses
import json
import subprocess
import sys
from textwrap import dedent

import pytest
import torch
from click.testing import CliRunner

from ganzoo import entries
from ganzoo.cli.plugin_check import check_plugin as command
from ganzoo.errors import ConfigError, UnknownName
from ganzoo.testing import check_plugin, fingerprints, iter_checks, parametrize_with_checks
from ganzoo.testing.import_probe import first_heavy_import
from ganzoo.testing.requirement import CheckFailed
from ganzoo.testing.tiny import same


def loss(target="Sound", name="odd"):
    return entries.Loss(name=name, summary="A loss for the tests", target=f"broken_components:{target}")


def small(**facts):
    return entries.Architecture(
        name="small",
        summary="A GAN for the tests",
        tiny_data={"name": "ring8", "size": 64},
        check="ganzoo.checks.gan:CHECKS",
        **{"target": "broken_architectures:Small", "modality": ("points",), **facts},
    )


def only(pattern):
    return lambda case: case.id == pattern


def test_a_failure_names_what_is_wrong_and_how_to_mend_it(add):
    add([loss("IsAMean")])
    report = check_plugin("local")
    assert not report.passed
    bad = [result for result in report.results if result.bad]
    assert [result.id for result in bad] == ["odd::is_a_mean"]
    assert (bad[0].entry, bad[0].kind, bad[0].outcome) == ("local.odd", "loss", "failed")
    assert "odd::is_a_mean: failed" in report.text and "mend:  use .mean()" in report.text
    written = json.loads(json.dumps(report.to_json()))
    assert written["passed"] is False and written["counts"]["failed"] == 1
    assert len(written["results"]) == len(report.results)


def test_an_expected_failure_is_strict(add):
    add([loss("IsAMean")])
    assert check_plugin("local", expected_failures={"odd::is_a_mean": "a sum on purpose"}).passed
    wrong = check_plugin("local", expected_failures={"odd::stays_finite": "why not"})
    assert {result.outcome for result in wrong.results if result.bad} == {"failed", "unexpected pass"}


@pytest.mark.parametrize("expected", [{"odd::is_a_meen": "because"}, {"odd::is_a_mean": " "}])
def test_expected_failures_need_a_check_and_a_reason(add, expected):
    add([loss("IsAMean")])
    with pytest.raises(ConfigError, match=r"is_a_mean|reason"):
        check_plugin("local", expected_failures=expected)


def test_an_error_that_no_check_foresaw_shows_where_it_was_raised(add):
    add([dataclasses.replace(loss(), target="broken_settings:CannotBeMade")])
    results = {result.id: result for result in check_plugin("local").results}
    assert "broken_settings" in results["odd::stays_finite"].traceback


def test_a_namespace_that_nothing_has_is_an_error(clean_registry):
    with pytest.raises(UnknownName, match="nobody"):
        list(iter_checks("nobody"))


def test_two_kinds_of_one_name_have_different_ids(add):
    penalty = entries.Penalty(name="odd", summary="A penalty for the tests", target="ganzoo.penalties.r1:R1")
    add([loss("Sound"), penalty])
    ids = [case.id for case in iter_checks("local")]
    assert len(set(ids)) == len(ids) and "loss:odd::stays_finite" in ids


def test_what_failed_once_is_not_tried_again(add):
    add([small(tiny={"width": 0})])
    report = check_plugin("local")
    results = {result.id: result for result in report.results}
    assert "width" in results["small::builds"].problem
    assert results["small::saves_and_loads"].problem.startswith("not tried, for building it fails")
    assert results["small::saves_and_loads"].outcome == "not tried" and results["small::saves_and_loads"].bad


@pytest.mark.parametrize("target", ["broken_architectures:NoSuchClass", "no_such_module:Small", "fractions:Fraction"])
def test_a_wrong_target_is_one_failure_and_the_rest_one_line(add, target):
    add([small(target=target)])
    report = check_plugin("local")
    bad = {result.check: result.outcome for result in report.results if result.outcome == "failed"}
    assert not report.passed and bad == {"target_is_of_its_kind": "failed"}
    left = report.counts["not tried"]
    assert left > 20 and f"{left} not tried" in report.text
    assert [line for line in report.text.splitlines() if "not tried, for" in line] == [
        f"local.small: {left} checks of it not tried, for its target is wrong"
    ]


def test_what_one_check_tries_with_other_data_keeps_no_other_check_from_being_tried(add):
    add([small(target="broken_architectures:EveryModalityPlays", modality=("points", "image"))])
    report = check_plugin("local", only=lambda case: case.name in ("every_modality_plays", "defaults_can_be_found"))
    assert report.counts == {"failed": 1, "passed": 1}


def test_pytest_skips_what_cannot_be_tried_once_a_test_has_failed_for_it(add):
    add([small(target="broken_architectures:NoSuchClass")])

    def cases(**settings):
        return {case.id: case.values[0] for case in parametrize_with_checks("local", **settings).args[1]}

    given = cases()
    with pytest.raises(CheckFailed, match="not tried"):
        given["small::saves_and_loads"]()
    with pytest.raises(CheckFailed, match="NoSuchClass"):
        given["small::target_is_of_its_kind"]()
    with pytest.raises(pytest.skip.Exception, match="its target is wrong"):
        given["small::saves_and_loads"]()
    given = cases(expected_failures={"small::target_is_of_its_kind": "it is not written yet"})
    with pytest.raises(CheckFailed, match="NoSuchClass"):
        given["small::target_is_of_its_kind"]()
    with pytest.raises(CheckFailed, match="not tried"):
        given["small::saves_and_loads"]()


def test_a_run_that_changes_the_global_generator_is_seen():
    assert same(torch.zeros(2), torch.ones(2)) and not same(torch.ones(2), torch.ones(2))


def test_pytest_is_given_readable_ids_and_strict_marks(add):
    add([loss("IsAMean")])
    mark = parametrize_with_checks("local", expected_failures={"odd::is_a_mean": "see #12"})
    cases = {case.id: case for case in mark.args[1]}
    assert [m.kwargs for m in cases["odd::is_a_mean"].marks] == [{"reason": "see #12", "strict": True}]
    assert not cases["odd::stays_finite"].marks
    with pytest.raises(CheckFailed, match="twice the same batch"):
        cases["odd::is_a_mean"].values[0]()


def test_data_that_are_not_here_skip_a_test_and_pass_no_check(add):
    add([entries.Dataset(name="far", summary="Data that are far away", target="broken_components:far_away")])
    cases = {case.id: case for case in parametrize_with_checks("local").args[1]}
    cases["far::data_open_or_say_how_to_get_them"].values[0]()
    with pytest.raises(pytest.skip.Exception, match="not here"):
        cases["far::spec_tells_the_truth"].values[0]()
    report = check_plugin("local")
    assert report.counts["not here"] == 4 and report.passed
    assert report.text.count("it is not here") == 1
    assert "local.far: 4 checks of it could not be made here: it is not here" in report.text


def test_fingerprints_are_recorded_once_and_hold(add, tmp_path):
    add([small()])
    file = tmp_path / "fingerprints.json"
    before = check_plugin("local", fingerprints=file, only=only("small::revision_is_kept"))
    assert "nothing is recorded of revision 1" in before.results[0].problem
    assert fingerprints.record("local", file) == ["local.small"]
    assert check_plugin("local", fingerprints=file, only=only("small::revision_is_kept")).passed
    text = file.read_text()
    assert fingerprints.record("local", file) == [] and file.read_text() == text
    file.write_text(text.replace('"width"', '"size"'))
    after = check_plugin("local", fingerprints=file, only=only("small::revision_is_kept"))
    assert "no longer builds it" in after.results[0].problem and "revision" in after.results[0].mend


def test_a_file_that_holds_no_fingerprints_is_refused(tmp_path):
    file = tmp_path / "fingerprints.json"
    for text in ("[]", "{", '{"a": {"1": {}}}'):
        file.write_text(text)
        with pytest.raises(ConfigError, match="no fingerprints"):
            fingerprints.read(file)


def test_a_heavy_package_init_is_to_blame(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / "heavy_package"
    package.mkdir()
    (package / "__init__.py").write_text("import os\n\nfrom torch import nn\n")
    (package / "plugin.py").write_text("")
    assert first_heavy_import("heavy_package.plugin") == "torch (line 3 of heavy_package)"
    (package / "__init__.py").write_text("from ganzoo import create\n")
    assert first_heavy_import("heavy_package.plugin") == "torch (line 1 of heavy_package)"
    (package / "__init__.py").write_text("from ganzoo import entries, hookimpl\n")
    assert first_heavy_import("heavy_package.plugin") == ""


def test_importing_the_kit_imports_no_torch():
    code = "import sys, ganzoo.testing; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_the_command_exits_with_1_on_a_failure(add):
    add([loss("IsAMean")])
    done = CliRunner().invoke(command, ["local"])
    assert done.exit_code == 1 and "odd::is_a_mean: failed" in done.output
    passing = CliRunner().invoke(command, ["local", "--only", "odd::stays*"])
    assert passing.exit_code == 0 and "1 checks: 1 passed" in passing.output
    written = CliRunner().invoke(command, ["local", "--json"])
    assert written.exit_code == 1 and json.loads(written.output)["counts"]["failed"] == 1
    nothing = CliRunner().invoke(command, ["local", "--only", "nothing"])
    assert isinstance(nothing.exception, ConfigError)


def test_the_command_records_fingerprints(add, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    add([small()])
    assert "recorded local.small" in CliRunner().invoke(command, ["local", "--record"]).output
    done = CliRunner().invoke(command, ["local", "--only", "small::revision_is_kept"])
    assert done.exit_code == 0, done.output


def test_a_test_file_of_a_plugin_needs_three_lines(tmp_path):
    """The test file that every plugin has, run by pytest itself."""
    source = """
        from ganzoo.testing import parametrize_with_checks

        @parametrize_with_checks("ganzoo")
        def test_conformance(check):
            check()
    """
    (tmp_path / "test_plugin.py").write_text(dedent(source))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-k",
        "hinge",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
    ]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0 and "14 passed" in done.stdout, done.stdout

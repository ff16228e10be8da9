"""What the kit says of revisions that were raised, with and without a way for the models of earlier ones."""

from __future__ import annotations

import json

import pytest

from ganzoo import entries
from ganzoo.errors import ConfigError
from ganzoo.model_config import MODEL, TRAINING
from ganzoo.testing import check_plugin, fingerprints

CHECK = "small::earlier_revisions_migrate"


def small(**facts):
    return entries.Architecture(
        name="small", summary="A GAN with no fault", target="broken_architectures:Small", modality=("points",),
        tiny_data={"name": "ring8", "size": 64}, check="ganzoo.checks.gan:CHECKS", **facts,
    )  # fmt: skip


@pytest.fixture
def recorded(add, tmp_path):
    """Fingerprints of a revision 1 whose discriminator was called critic, and which had a setting more."""
    add([small()])
    file = tmp_path / "fingerprints.json"
    fingerprints.record("local", file)
    kept = json.loads(file.read_text())
    first = kept["local.small"]["1"]
    first["config"]["leak"] = 0.1
    first["table"] = {name.replace("discriminator.", "critic."): text for name, text in first["table"].items()}
    file.write_text(json.dumps(kept))
    return file


def result(file):
    (found,) = check_plugin("local", fingerprints=file, only=lambda case: case.id == CHECK).results
    return found


def test_a_migrate_that_takes_what_was_recorded_passes(add, recorded):
    add([small(revision=2, migrate="broken_architectures:counts_on_nothing")])
    assert result(recorded).outcome == "passed"


@pytest.mark.parametrize(
    ("migrate", "problem"),
    [
        (None, "its revision is 2, and it names no `migrate`"),
        ("broken_architectures:no_such_function", "failed in broken_architectures:no_such_function"),
        ("broken_architectures:counts_on_the_critic", "the model.safetensors of revision 1 cannot be migrated"),
        ("broken_architectures:forgets_a_tensor", "missing tensor 'generator.0.bias'"),
        ("broken_architectures:forgets_a_setting", "unknown setting 'leak'"),
    ],
)
def test_one_that_does_not_is_named(add, recorded, migrate, problem):
    add([small(revision=2, migrate=migrate)])
    found = result(recorded)
    assert found.outcome == "failed" and problem in found.problem and found.mend and not found.traceback


def test_without_fingerprints_a_higher_revision_needs_a_migrate_all_the_same(add):
    add([small(revision=2)])
    assert "names no `migrate`" in result(None).problem
    add([small()])
    assert result(None).outcome == "passed"


def test_a_record_tells_what_each_file_held(add, tmp_path):
    add([small()])
    file = tmp_path / "fingerprints.json"
    fingerprints.record("local", file)
    tables = fingerprints.tables(fingerprints.read(file)["local.small"]["1"])
    assert tables[TRAINING]["discriminator.0.weight"] == ((8, 2), "float32")
    assert tables[MODEL] == {name: form for name, form in tables[TRAINING].items() if name.startswith("generator.")}


def test_a_record_of_the_first_days_is_given_its_table_and_stays_what_it_was(add, tmp_path):
    add([small()])
    file = tmp_path / "fingerprints.json"
    fingerprints.record("local", file)
    full = json.loads(file.read_text())
    old = {"local.small": {"1": {key: full["local.small"]["1"][key] for key in ("config", "tensors")}}}
    file.write_text(json.dumps(old))
    assert fingerprints.tables(fingerprints.read(file)["local.small"]["1"]) == {}
    assert fingerprints.record("local", file) == ["local.small"] and json.loads(file.read_text()) == full
    old["local.small"]["1"]["tensors"] = "0" * 16
    file.write_text(json.dumps(old))
    assert fingerprints.record("local", file) == [] and json.loads(file.read_text()) == old


@pytest.mark.parametrize("table", [3, {"a": 3}, {"a": "float32 [2"}, {"a": "float32 2"}])
def test_a_table_that_is_none_is_refused(table):
    with pytest.raises(ConfigError, match="no table"):
        fingerprints.tables({"table": table, "sampling": []})

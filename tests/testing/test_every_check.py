"""Every check of the kit has a broken plugin that it catches; docs/conformance.md is the table of them."""

import importlib
import inspect
import json
import os
import re
from pathlib import Path

import pytest

from ganzoo import entries
from ganzoo.testing import (
    architectures,
    behaviour,
    check_plugin,
    datasets,
    entry,
    importers,
    latents,
    losses,
    metrics,
    optimizers,
    penalties,
    plugin,
    techniques,
)

KINDS = {
    "plugin": plugin.CHECKS,
    "every entry": entry.CHECKS,
    "settings": entry.OF_SETTINGS,
    "behavioural check": behaviour.CHECKS,
    "architecture, recipe": architectures.CHECKS,
    "loss": losses.CHECKS,
    "penalty": penalties.CHECKS,
    "latent": latents.CHECKS,
    "technique": techniques.CHECKS,
    "optimizer": optimizers.CHECKS,
    "dataset": datasets.CHECKS,
    "metric": metrics.CHECKS,
    "importer": importers.CHECKS,
}
CHECKS = {check.__name__: check for checks in KINDS.values() for check in checks}
TABLE = Path(__file__).parents[2] / "docs" / "conformance.md"
LOSS = "entries.Loss(name='odd', summary='A loss that is odd', target='fractions:Fraction')"
found_wrong: dict[str, str] = {}


def camel(check):
    return "".join(word.capitalize() for word in check.split("_"))


def architecture(fault, /, **facts):
    given = {"modality": ("points",), "tiny_data": {"name": "ring8", "size": 64}, "check": "ganzoo.checks.gan:CHECKS"}
    target = f"broken_architectures:{camel(fault)}"
    return entries.Architecture(name="odd", summary="A GAN with one fault", target=target, **{**given, **facts})


def component(kind, fault, /, **facts):
    functions = (entries.Optimizer, entries.Dataset, entries.Metric)
    target = f"broken_components:{fault if kind in functions else camel(fault)}"
    return kind(**{"name": "odd", "summary": "A thing with one fault (lower)", "target": target, **facts})


def loss_entry(**facts):
    given = {"name": "odd", "summary": "A loss that is like hinge", "target": "ganzoo.losses.hinge:Hinge"}
    return entries.Loss(**{**given, **facts})


# What is installed: the source of the light module.
INSTALLED = {
    "loads": "import a_module_that_nobody_has",
    "implements_known_hooks": f"@hookimpl\ndef ganzoo_entrys():\n    return [{LOSS}]",
    "imports_nothing_heavy": f"import torch\n@hookimpl\ndef ganzoo_entries():\n    return [{LOSS}]",
}
counted = iter(range(1000))
# What is added by hand: entries, or a function that gives them.
ADDED = {
    "registers_entries_only": [loss_entry(), "odd"],
    "registers_the_same_every_time": lambda: [loss_entry(summary=f"A loss of call {next(counted)}")],
    "entries_are_plain_data": [loss_entry(tiny={"path": Path("images")})],
    "target_is_of_its_kind": [loss_entry(target="fractions:Fraction")],
    "summary_says_something": [loss_entry(summary="Odd.")],
    "paper_can_be_looked_up": [loss_entry(paper="Goodfellow 2014", year=2014)],
    "replacement_exists": [loss_entry(deprecated="slow", replaced_by="nowhere")],
    "check_is_there": [architecture("small", check=None)],
    "check_begins": [architecture("small", check="broken_checks:NO_SUCH_SETTING")],
    "evidence_is_fresh": [architecture("small", check="broken_checks:QUICK")],
    "settings_are_typed": [loss_entry(target="broken_settings:Positional")],
    "settings_survive_json": [loss_entry(target="broken_settings:Untyped")],
    "revision_is_kept": [architecture("small")],
    "earlier_revisions_migrate": [
        architecture("small", revision=2, migrate="broken_architectures:counts_on_the_critic")
    ],
    "every_modality_plays": [architecture("every_modality_plays", modality=("points", "image"))],
    "labels_are_obeyed": [architecture("labels_are_obeyed", tiny={"width": 8, "depth": 1, "latent_dim": 4})],
    "predicts_labels": [architecture("predicts_labels", modality=("points", "labels"))],
    "metric_says_which_way_is_better": [
        component(entries.Metric, "metric_says_which_way_is_better", summary="A metric with one fault")
    ],
    "distance_grows": [component(entries.Metric, "distance_grows", tags=("distance",))],
}
OF_COMPONENTS = {
    "loss": entries.Loss,
    "penalty": entries.Penalty,
    "latent": entries.Latent,
    "technique": entries.Technique,
    "optimizer": entries.Optimizer,
    "dataset": entries.Dataset,
    "metric": entries.Metric,
    "importer": entries.Importer,
}
for label, kind in OF_COMPONENTS.items():
    for function in KINDS[label]:
        ADDED.setdefault(function.__name__, [component(kind, function.__name__)])
for function in architectures.CHECKS:
    ADDED.setdefault(function.__name__, [architecture(function.__name__)])


def report_of(check, add, install, tmp_path):
    if check in INSTALLED:
        install(INSTALLED[check])
        return check_plugin("broken", only=lambda case: case.name == check)
    add(ADDED[check])
    file = tmp_path / "fingerprints.json"
    shapes = {"generator.0.weight": "float32 [8, 2]", "critic.0.weight": "float32 [8, 2]"}
    kept = {"config": {"features": 2}, "tensors": "0" * 16, "table": shapes, "sampling": ["prior", "generator"]}
    file.write_text(json.dumps({"local.odd": {"1": kept}}))
    measured = {"entry": "local.odd", "check": "works", "arm": "idea", "seed": 0, "measured": {"error": 0.1}}
    (tmp_path / "local.odd").mkdir()
    (tmp_path / "local.odd" / "works-seed0-idea.json").write_text(
        json.dumps({**measured, "seconds": 1.0, "code": "of the day before", "torch": "", "machine": ""})
    )
    return check_plugin("local", fingerprints=file, evidence=tmp_path, only=lambda case: case.name == check)


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_catches_its_broken_plugin(check, add, install, tmp_path):
    report = report_of(check, add, install, tmp_path)
    assert len(report.results) == 1 and not report.passed, report.text
    (result,) = report.results
    assert result.outcome == "failed" and result.problem and result.mend, report.text
    assert not result.traceback, f"the check did not foresee this:\n{result.traceback}"
    assert "not tried" not in result.problem, report.text
    found_wrong[check] = result.problem


def test_every_check_has_a_broken_plugin():
    assert CHECKS.keys() <= INSTALLED.keys() | ADDED.keys()
    assert len(CHECKS) == sum(map(len, KINDS.values())), "two checks share a name"


def test_every_check_says_what_it_asks_and_since_when():
    for check in CHECKS.values():
        assert re.fullmatch(r"\d+\.\d+", check.since) and check.__doc__ and list(inspect.signature(check).parameters)


def test_a_sound_plugin_passes(add, tmp_path):
    add([architecture("small"), component(entries.Loss, "sound", summary="A loss without a fault")])
    report = check_plugin("local")
    assert report.passed, report.text


HEAD = """# What every plugin is asked

`ganzoo plugin check NAME` asks all of it; so do `ganzoo.testing.check_plugin` and
`ganzoo.testing.parametrize_with_checks`. For each check the tests keep a plugin with that one fault; the
last column is what the check said of it.

Some checks are static: they read what the plugin declares, and run none of it. These are the checks of the
plugin, which import no torch, and those of every entry and of settings, which import the target. All others are
dynamic: they build the entry with the settings that it calls `tiny`, on the data that it calls `tiny_data`, and
play runs of some twenty rounds. So `tiny` must lead through every phase, player and penalty, and must be small.
Nothing is downloaded, and a behavioural check is begun but not measured: that is for `ganzoo verify`.

A check that cannot be made because of what another one found is *not tried*. It is no pass, and the report sums up
all of one cause in a line. One that needs data which are not on the machine is *not here*, and does no harm.
"""


def table():
    lines = [*HEAD.splitlines(), ""]
    for kind, checks in KINDS.items():
        lines += [
            f"## {kind[0].upper()}{kind[1:]}",
            "",
            "| check | since | asks | its broken plugin, and what it said |",
        ]
        lines += ["| --- | --- | --- | --- |"]
        for check in checks:
            name = check.__name__
            said = re.sub(r"\d\.\d+(e-?\d+)?|\d+e-?\d+", "...", found_wrong[name].splitlines()[0])
            cells = (f"`{name}`", check.since, check.__doc__.strip().splitlines()[0], f"{fault(name)}: {said}")
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def fault(check):
    """Where the broken plugin of a check is."""
    if check in INSTALLED:
        return "an installed module"
    target = getattr(ADDED[check][0], "target", "") if isinstance(ADDED[check], list) else ""
    return f"`{target.partition(':')[2]}`" if target.startswith("broken") else "an entry"


def test_the_table_in_the_docs_is_current():
    """GANZOO_WRITE_DOCS=1 writes it anew. Runs after the tests above, whose messages it holds."""
    if found_wrong.keys() != CHECKS.keys():
        assert TABLE.is_file(), "run the whole file to compare the table"
        return
    if os.environ.get("GANZOO_WRITE_DOCS"):
        TABLE.write_text(table(), encoding="utf-8")
    assert TABLE.read_text("utf-8") == table()


def test_every_module_of_checks_is_in_the_table():
    import ganzoo.testing.case as case

    named = {tuple(importlib.import_module(module).CHECKS) for module in case.OF_KIND.values()}
    assert named <= {tuple(checks) for checks in KINDS.values()}

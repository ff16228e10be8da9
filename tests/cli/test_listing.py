from __future__ import annotations

import json
import os
import subprocess

import pytest
from click.testing import CliRunner

from ganzoo.benchmarks import list_time
from ganzoo.benchmarks.made_plugins import install_made_plugins
from ganzoo.cli.listing import list_entries
from ganzoo.core import registry
from ganzoo.core.entries import KINDS, Loss


def listed(*arguments):
    done = CliRunner().invoke(list_entries, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_the_plain_list_is_aligned_and_complete():
    lines = listed().splitlines()
    assert lines[0].split() == ["NAME", "KIND", "FROM", "SUMMARY"]
    start = lines[0].index("SUMMARY")
    found = registry.entries()
    assert [line[start:] for line in lines[1:]] == [each.entry.summary for each in found]
    assert [line.split()[0] for line in lines[1:]] == [each.short_name for each in found]


PLURALS = {"loss": "losses", "penalty": "penalties"}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_are_understood_in_singular_and_plural(kind):
    assert listed(kind) == listed(PLURALS.get(kind, f"{kind}s")) == listed(kind.upper())
    assert {line.split()[1] for line in listed(kind).splitlines()[1:]} <= {kind}


def test_patterns_choose_with_and_without_a_kind():
    assert listed("losses", "hin*").splitlines()[1].startswith("hinge")
    assert listed("hing?") == listed("loss", "hinge")
    assert listed("ganzoo.hinge") == listed("hinge")
    assert listed("architecures") == "nothing matches 'architecures'; did you mean 'architecture'?\n"


def test_json_holds_qualified_names():
    facts = {fact["name"]: fact for fact in json.loads(listed("--json"))}
    assert facts["ganzoo.hinge"]["kind"] == "loss"
    assert list(facts) == [found.name for found in registry.entries()]
    assert json.loads(listed("losses", "--json")) == [facts[found.name] for found in registry.entries(Loss)]


def test_deprecated_entries_are_hidden_unless_asked_for(shell, plugin_file):
    entries = (
        "Loss(name='old', summary='s', target='a:b', deprecated='wrong', replaced_by='new'), "
        "Loss(name='new', summary='s', target='a:b')"
    )
    file = plugin_file(entries)
    done = shell("--plugin", file, "list", "local.*")
    assert "new" in done.stdout and "old" not in done.stdout
    done = shell("--plugin", file, "list", "local.*", "--deprecated")
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == ["new", "old"]
    assert done.stdout.splitlines()[2].endswith("s (deprecated; use new)")


def test_a_terminal_gets_a_table(shell):
    done = shell("list", "loss", before="sys.stdout.isatty = lambda: True")
    assert "─" in done.stdout and "hinge" in done.stdout


def test_bad_plugins_are_named_on_stderr_with_what_to_do(shell, tmp_path):
    hook = "\nfrom ganzoo import entries, hookimpl\n@hookimpl\ndef ganzoo_entries(): return []"
    sources = {"bad": "1 / 0", "heavy": f"import torch{hook}", "heavy-too": f"from torch import nn{hook}"}
    (tmp_path / "torch").mkdir()  # what it takes for the real one is measured in tests/core/test_discovery.py
    (tmp_path / "torch" / "__init__.py").write_text("nn = type('nn', (), {'__module__': 'torch'})")
    for name, source in {**sources, "first": hook, "second": hook}.items():
        module = name.replace("-", "_") + "_plugin"
        (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / f"{name}-0.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-gans\nVersion: 0.2\n")
        namespace = name if name in sources else "same"
        (info / "entry_points.txt").write_text(f"[ganzoo]\n{namespace} = {module}\n")
    path = f"sys.path.insert(0, {str(tmp_path)!r})"
    done = shell("list", "--json", before=path)
    assert done.returncode == 0 and json.loads(done.stdout)
    lines = done.stderr.splitlines()
    assert lines[:3] == [
        "warning: bad-gans 0.2 failed to load: ZeroDivisionError: division by zero",
        "  -> tell its authors; ganzoo doctor bad shows them where it happens",
        "  -> ganzoo plugin uninstall bad-gans removes it",
    ]
    assert lines[3].startswith("warning: heavy-gans 0.2 imports torch whenever plugins are listed, and takes 0.")
    assert lines[4].startswith("  -> its authors can mend that: ")
    assert lines[5].startswith("warning: heavy-too-gans 0.2 imports torch ")
    assert lines[7].startswith("warning: namespace 'same' is claimed by first-gans 0.2 and second-gans 0.2")
    assert lines[8] == (
        "  -> keep one of them: ganzoo plugin uninstall first-gans; or name those to use in GANZOO_PLUGINS"
    )
    assert len(lines) == 9
    assert shell("--no-plugins", "list", before=path).stderr == ""


def test_a_file_may_import_what_it_likes(shell, plugin_file):
    file = plugin_file("Loss(name='odd', summary='of a file', target='my_gans:answer')")
    with open(file, "a") as source:
        source.write("import numpy\n")
    done = shell("--plugin", file, "list", "local.*")
    assert "odd" in done.stdout and done.stderr == ""


def test_listing_imports_nothing_heavy(shell):
    heavy = "{'torch', 'torchvision', 'numpy', 'huggingface_hub', 'safetensors', 'PIL', 'rich'}"
    done = shell("list", before=f"import atexit; atexit.register(lambda: print({heavy} & set(sys.modules)))")
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "set()"


def test_listing_15_plugins_imports_light_modules_of_ganzoo_and_theirs_beside_what_it_must(tmp_path):
    names = install_made_plugins(tmp_path, 15)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}

    def imported(command):
        *python, code = command
        code = f"import atexit, sys; atexit.register(lambda: print('\\n', *sys.modules, file=sys.stderr)); {code}"
        done = subprocess.run([*python, code], check=True, capture_output=True, env=environment, text=True)
        return set(done.stderr.split("\n")[-2].split())

    beyond = imported(list_time.LISTING) - imported(list_time.COMMANDS[list_time.FLOOR])
    own = {name for name in beyond if name.partition(".")[0] == "ganzoo"}
    theirs = {name for name in beyond if name.startswith("ganzoo_plugin_")}
    assert beyond - own - theirs <= {"copy", "dataclasses"}
    assert len(own) <= 36
    assert {name for name in theirs if "made" in name} == {
        f"ganzoo_plugin_{name.replace('-', '_')}{module}" for name in names for module in ("", ".plugin")
    }


def test_the_time_of_a_listing_is_taken_beside_its_floor_and_with_plugins():
    times = list_time.measure(runs=2, plugins=2)
    assert [len(each.wall) for each in times.values()] == [2, 2, 2]
    assert list_time.ratio(times) > 0 and list_time.ratio(times, list_time.WITH_PLUGINS) > 0


def test_of_15_plugins_a_broken_one_and_one_that_imports_torch_are_named_and_the_others_listed(shell, tmp_path):
    names = install_made_plugins(tmp_path, 15)
    broken, heavy = tmp_path / "ganzoo_plugin_made_4" / "plugin.py", tmp_path / "ganzoo_plugin_made_9" / "plugin.py"
    broken.write_text(broken.read_text().replace("import entries", "import entriez"))
    heavy.write_text(heavy.read_text().replace("from ganzoo import", "import torch\nfrom ganzoo import"))
    done = shell("list", before=f"sys.path.insert(0, {str(tmp_path)!r})")
    assert done.returncode == 0
    assert {line.split()[2] for line in done.stdout.splitlines()} >= set(names) - {"made-4"}
    warnings = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
    assert len(warnings) == 2
    assert "ganzoo-plugin-made-4 0.1.0 failed to load: ImportError: cannot import name 'entriez'" in warnings[0]
    assert "ganzoo-plugin-made-9 0.1.0 imports " in warnings[1] and "torch" in warnings[1]

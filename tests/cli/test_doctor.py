from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

import ganzoo
from ganzoo.cli.doctor import doctor
from ganzoo.cli.plugin_facts import advice, location
from ganzoo.cli.plugins import plugin
from ganzoo.core import registry
from ganzoo.core.plugin_status import PluginStatus, Provider
from ganzoo.errors import UnknownName
from ganzoo.version import VERSION

BUILTIN = PluginStatus(provider=Provider("ganzoo", "ganzoo", VERSION, "m"), state="ok")
BROKEN = PluginStatus(
    provider=Provider("lab", "lab-gans", "0.2", "lab.plugin"), state="broken", error="ImportError: no scipy",
    traceback="Traceback: the whole story", load_ms=12.34, heavy_imports=("numpy", "torch"),
)  # fmt: skip
HALF = PluginStatus(provider=Provider("half", "half", "1", "half"), state="ok", problems=("'x' was dropped",))
CONFLICT = PluginStatus(provider=Provider("same", "first", "1", "m"), state="conflict", error="claimed by two")
BLOCKED = PluginStatus(provider=Provider("off", "off", "1", "off"), state="blocked", error="switched off")


@pytest.fixture
def plugins(monkeypatch):
    def pretend(*statuses):
        monkeypatch.setattr(registry, "plugins", lambda: [BUILTIN, *statuses])

    return pretend


def test_all_well(plugins):
    plugins(HALF, BLOCKED)
    done = CliRunner().invoke(doctor)
    assert done.exit_code == 0
    assert f"ganzoo {VERSION}, Python 3." in done.stdout and "\ntorch " in done.stdout
    assert "plugin half (half 1): ok" in done.stdout and "'x' was dropped" in done.stdout
    assert "plugin off (off 1): blocked" in done.stdout


@pytest.mark.parametrize("bad", [BROKEN, CONFLICT])
def test_a_plugin_that_did_not_load_fails_the_doctor_and_is_explained(plugins, bad):
    plugins(HALF, bad)
    done = CliRunner().invoke(doctor)
    assert done.exit_code == 1
    assert bad.error in done.stdout
    assert CliRunner().invoke(doctor, ["half"]).exit_code == 0


def test_one_plugin_is_shown_with_its_traceback_time_and_heavy_imports(plugins):
    plugins(BROKEN)
    done = CliRunner().invoke(doctor, ["lab"])
    assert done.exit_code == 1
    assert "plugin lab (lab-gans 0.2): broken, 12.3 ms" in done.stdout
    assert "it imports numpy, torch whenever plugins are listed" in done.stdout
    assert "-> ganzoo plugin uninstall lab-gans removes it" in done.stdout
    assert "the whole story" in done.stdout and "plugin ganzoo" not in done.stdout
    assert CliRunner().invoke(doctor, ["Lab_Gans"]).stdout == done.stdout
    assert "the whole story" not in CliRunner().invoke(doctor).stdout


def test_an_unknown_namespace_is_an_error(plugins):
    plugins(BROKEN)
    with pytest.raises(UnknownName, match="namespace or distribution 'nobody'") as raised:
        CliRunner().invoke(doctor, ["nobody"], catch_exceptions=False)
    assert raised.value.hint == "there are: ganzoo, lab"


def test_the_doctor_imports_torch_only_for_devices(shell):
    code = "import atexit; atexit.register(lambda: print('torch' in sys.modules))"
    assert shell("doctor", before=code).stdout.endswith("False\n")
    done = shell("doctor", "--device", before=code)
    assert done.stdout.endswith("True\n") and "\ncpu, " in done.stdout


def test_what_torch_and_pip_fail_over_is_named(shell, tmp_path):
    info = tmp_path / "other-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[console_scripts]\nnonsense\n")
    before = f"sys.path.insert(0, {str(tmp_path)!r}); sys.modules['torch'] = None"
    done = shell("doctor", "--device", before=before)
    assert f"other in {tmp_path} has a malformed entry_points.txt, over which torch and pip can fail" in done.stdout
    assert "\ntorch cannot be imported: ModuleNotFoundError" in done.stdout and "\nplugin ganzoo (" in done.stdout


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (BLOCKED, "leave out --no-plugins"),
        (CONFLICT, "keep one of them: ganzoo plugin uninstall first"),
        (HALF, "must be one of ganzoo.entries"),
        (replace(BROKEN, exception=ModuleNotFoundError("", name="scipy.stats")), "scipy is missing; `python -m pip"),
        (replace(BROKEN, exception=ModuleNotFoundError("", name="lab.gans")), "its own files are not all there"),
        (replace(BROKEN, exception=ModuleNotFoundError("", name="ganzoo.x")), "install --upgrade lab-gans"),
        (replace(BROKEN, exception=TypeError()), "written for another ganzoo than"),
        (replace(BROKEN, exception=ZeroDivisionError()), "tell its authors; ganzoo doctor lab"),
        (replace(BROKEN, provider=Provider("lab-gans", "lab-gans", "1", "")), "install it again"),
        (replace(BROKEN, state="ok", error=""), "entries name their targets as 'module:attribute'"),
    ],
)
def test_what_to_do_goes_by_the_cause(status, words):
    assert any(words in line for line in advice(status))
    assert advice(BUILTIN) == [] and advice(replace(status, state="ok", heavy_imports=(), problems=())) == []


def test_a_ganzoo_that_is_not_what_a_plugin_asks_for_is_the_advice(distribution):
    distribution("lab-gans", "ganzoo >=99, <100")
    assert advice(BROKEN)[0].startswith(f"it asks for ganzoo<100,>=99, and this is ganzoo {VERSION}")
    distribution("lab-gans", f"ganzoo >={VERSION}")
    assert "asks for" not in advice(BROKEN)[0]


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    def write(name, requirement="", direct_url=None):
        info = tmp_path / f"{name.replace('-', '_')}-0.2.dist-info"
        info.mkdir(exist_ok=True)
        lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 0.2"]
        (info / "METADATA").write_text("\n".join([*lines, *([f"Requires-Dist: {requirement}"] if requirement else [])]))
        (info / "direct_url.json").write_text(json.dumps(direct_url or {}))

    monkeypatch.syspath_prepend(tmp_path)
    return write


def test_where_a_plugin_is(distribution, tmp_path):
    assert location(replace(BROKEN, provider=Provider("a", "", "", "json:loads"))) == json.__file__
    assert location(BROKEN) == ""
    distribution("lab-gans")
    assert location(BROKEN) == str(tmp_path)
    distribution("lab-gans", direct_url={"url": "file:///home/my%20gans", "dir_info": {"editable": True}})
    assert location(BROKEN) == "/home/my gans"


def test_plugin_list(plugins):
    plugins(BROKEN, HALF)
    text = CliRunner().invoke(plugin, ["list"]).stdout
    lines = [line.split() for line in text.splitlines()]
    assert lines[0][:4] == ["NAMESPACE", "STATE", "VERSION", "ENTRIES"]
    assert ["lab", "broken", "0.2", "0", "12.3", "ms", "lab.plugin"] in lines
    assert "ImportError: no scipy" in text and "it imports numpy, torch whenever" in text and "'x' was dropped" in text
    assert "-> ganzoo plugin uninstall lab-gans removes it" in text
    facts = json.loads(CliRunner().invoke(plugin, ["list", "--json"]).stdout)
    assert [fact["namespace"] for fact in facts] == ["ganzoo", "lab", "half"]
    assert facts[1]["state"] == "broken" and facts[1]["heavy_imports"] == ["numpy", "torch"]
    assert (
        facts[1]["advice"]
        and facts[1]["entries"] == []
        and facts[1]["load_ms"] == 12.34
        and facts[0]["version"] == ganzoo.__version__
    )


def test_installed_plugins_that_fail_are_told_apart(shell, tmp_path):
    sources = {"raises": "import no_such_module", "exits": "raise SystemExit(0)", "spelt": SPELT, "slow": SLOW}
    (tmp_path / "pandas.py").write_text("")
    for name, source in sources.items():
        (tmp_path / f"{name}_plugin.py").write_text(f"from ganzoo.core.hookspecs import hookimpl\n{source}\n")
        info = tmp_path / f"{name}_gans-0.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-gans\nVersion: 0.2\n")
        (info / "entry_points.txt").write_text(f"[ganzoo]\n{name} = {name}_plugin\n")
    path = f"sys.path.insert(0, {str(tmp_path)!r})"
    done = shell("doctor", before=path)
    assert done.returncode == 1 and done.stderr == ""
    plugins = done.stdout[done.stdout.index("plugin ganzoo") :].split("\nplugin ")
    said = {part.split()[0]: part for part in plugins[1:]}
    assert "(raises-gans 0.2): broken" in said["raises"] and "No module named 'no_such_module'" in said["raises"]
    assert "broken" in said["exits"] and "SystemExit: 0" in said["exits"]
    assert "there is no hook 'ganzoo_entrys'; did you mean 'ganzoo_entries'?" in said["spelt"]
    assert "slow-gans 0.2): ok" in said["slow"] and "imports pandas whenever plugins are listed" in said["slow"]
    done = shell("doctor", "slow", before=path)
    assert done.returncode == 0 and "the first of its heavy imports: pandas (line 2 of slow_plugin)" in done.stdout
    trace = shell("doctor", "raises", before=path).stdout.partition("Traceback")[2]
    assert "raises_plugin.py" in trace and "discovery.py" not in trace
    listed = json.loads(shell("plugin", "list", "--json", before=path).stdout)
    states = {fact["namespace"]: fact["state"] for fact in listed if fact["namespace"] in {"ganzoo", *sources}}
    assert states == {"ganzoo": "ok", "raises": "broken", "exits": "broken", "spelt": "broken", "slow": "ok"}
    states = json.loads(shell("--no-plugins", "plugin", "list", "--json", before=path).stdout)
    assert {fact["state"] for fact in states if fact["namespace"] != "ganzoo"} == {"blocked"}


SPELT = "@hookimpl\ndef ganzoo_entrys(): return []"
SLOW = "import pandas\n@hookimpl\ndef ganzoo_entries(): return []"

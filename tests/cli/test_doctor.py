from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import ganzoo
from ganzoo.cli.doctor import doctor
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
    assert "imports numpy, torch while it is being listed" in done.stdout
    assert "the whole story" in done.stdout and "plugin ganzoo" not in done.stdout
    assert "the whole story" not in CliRunner().invoke(doctor).stdout


def test_an_unknown_namespace_is_an_error(plugins):
    plugins(BROKEN)
    with pytest.raises(UnknownName, match="namespace 'nobody'") as raised:
        CliRunner().invoke(doctor, ["nobody"], catch_exceptions=False)
    assert raised.value.hint == "there are: ganzoo, lab"


def test_the_doctor_imports_torch_only_for_devices(shell):
    code = "import atexit; atexit.register(lambda: print('torch' in sys.modules))"
    assert shell("doctor", before=code).stdout.endswith("False\n")
    done = shell("doctor", "--device", before=code)
    assert done.stdout.endswith("True\n") and "\ncpu, " in done.stdout


def test_plugin_list(plugins):
    plugins(BROKEN, HALF)
    text = CliRunner().invoke(plugin, ["list"]).stdout
    assert "lab" in text and "broken" in text and "ImportError: no scipy" in text and "'x' was dropped" in text
    facts = json.loads(CliRunner().invoke(plugin, ["list", "--json"]).stdout)
    assert [fact["namespace"] for fact in facts] == ["ganzoo", "lab", "half"]
    assert facts[1]["state"] == "broken" and facts[1]["heavy_imports"] == ["numpy", "torch"]
    assert facts[1]["load_ms"] == 12.34 and facts[0]["version"] == ganzoo.__version__

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

import ganzoo
from ganzoo.core import discovery, registry
from ganzoo.core.entries import Loss
from ganzoo.errors import PluginBroken, PluginConflict, PluginMissing, RegistryError, UnknownName


def status_of(namespace, distribution=None):
    (found,) = [
        status
        for status in registry.plugins()
        if status.provider.namespace == namespace and distribution in (None, status.provider.distribution)
    ]
    return found


BROKEN = {
    "raises": ("import nowhere_to_be_found", "ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
    "exits": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "fails": ("@hookimpl\ndef ganzoo_entries(): return [1 / 0]", "ZeroDivisionError: division by zero"),
    "lazy": ("@hookimpl\ndef ganzoo_entries():\n    yield 1 / 0", "ZeroDivisionError: division by zero"),
    "beyond": ("class Odd(BaseException): pass\nraise Odd('no Exception')", "Odd: no Exception"),
    "mute": (
        "class Mute(Exception):\n    def __str__(self): return 1 / 0\nraise Mute",
        "Mute, whose text cannot be had",
    ),
    "signature": ("@hookimpl\ndef ganzoo_entries(host): return []", "PluginValidationError: "),
    "misspelt": (
        "@hookimpl\ndef ganzoo_entrys(): return []",
        "there is no hook 'ganzoo_entrys'; did you mean 'ganzoo_entries'?",
    ),
    "silent": ("def ganzoo_entries(): return []", "it implements no hook; is '@hookimpl' missing above its functions?"),
    "nothing": ("@hookimpl\ndef ganzoo_entries(): pass", "ganzoo_entries returned None (a NoneType), not a list"),
    "text": ("@hookimpl\ndef ganzoo_entries(): return 'dcgan'", "ganzoo_entries returned 'dcgan' (a str), not a list"),
    "newer": (
        "@hookimpl\ndef ganzoo_entries(): return [Loss(name='x', summary='s', target='a:b', colour=1)]",
        "TypeError: Entry.__init__() got an unexpected keyword argument 'colour'",
    ),
    "twice": (
        "@hookimpl\ndef ganzoo_entries(): return [Loss(name=n, summary='s', target='a:b') for n in ('x', 'x')]",
        "two entries of kind loss answer to 'x'",
    ),
    "alias": (
        "@hookimpl\ndef ganzoo_entries(): return [Loss(name='x', summary='s', target='a:b', aliases=('y',)), "
        "Loss(name='y', summary='s', target='a:b')]",
        "two entries of kind loss answer to 'y'",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_plugin_costs_only_itself(distributions, case):
    source, cause = BROKEN[case]
    distributions.install("bad-plugin", source, namespace="bad", version="0.2")
    distributions.install_loss("a-good", namespace="a")
    distributions.install_loss("z-good", namespace="z", name="other")
    bad = status_of("bad")
    assert bad.state == "broken" and bad.error.startswith(cause)
    assert str(bad.provider) == "bad-plugin 0.2"
    assert bad.exception is not None and type(bad.exception).__name__ in bad.traceback
    assert bad.n_entries == 0
    assert registry.find(Loss, "a.odd").provider.distribution == "a-good"
    assert registry.find(Loss, "z.other").provider.distribution == "z-good"
    assert registry.find(Loss, "hinge").name == "ganzoo.hinge"
    left = {name for name, _ in registry.manager().list_name_plugin() if "bad" in name}
    assert left == set()


def test_the_error_of_a_broken_plugin_names_cause_and_provider_and_is_chained(distributions):
    distributions.install("bad-plugin", "import nowhere_to_be_found", namespace="bad", version="0.2")
    with pytest.raises(PluginBroken) as raised:
        registry.find(Loss, "bad.odd")
    assert raised.value.message == (
        "loss 'bad.odd' is unavailable: bad-plugin 0.2 failed to load: "
        "ModuleNotFoundError: No module named 'nowhere_to_be_found'"
    )
    assert raised.value.hint == "ganzoo doctor bad"
    assert isinstance(raised.value.__cause__, ModuleNotFoundError)
    with pytest.raises(UnknownName, match=r"it may be in a plugin that failed to load \(bad-plugin 0.2\)"):
        registry.find(Loss, "odd")


def test_an_item_that_is_no_entry_is_dropped_alone(distributions):
    source = """
        @hookimpl
        def ganzoo_entries():
            return ["dcgan", Loss(name="odd", summary="s", target="a:b"), Entry(name="x", summary="s", target="a:b")]
    """
    distributions.install("half-good", source, namespace="half")
    status = status_of("half")
    assert status.state == "ok" and status.n_entries == 1
    assert len(status.problems) == 2 and "'dcgan' (a str), which is no entry" in status.problems[0]
    with pytest.raises(UnknownName) as raised:
        registry.find(Loss, "half.x")
    assert "some entries of the plugin were dropped: ganzoo doctor half" in raised.value.hint


def test_an_interrupt_names_the_plugin_that_was_being_loaded(distributions):
    distributions.install("hangs-for-ever", "raise KeyboardInterrupt", namespace="lab", version="0.2")
    with pytest.raises(KeyboardInterrupt, match=r"loading the plugin hangs-for-ever 0\.2: .* uninstall hangs-for-ever"):
        registry.plugins()


def test_an_invalid_namespace_is_broken(distributions):
    distributions.install_loss("capital", namespace="My_GANs")
    assert status_of("My_GANs").error == "'My_GANs' is no namespace: use lower-case words joined by '-'"


def test_an_entry_point_that_names_no_module_is_broken(distributions):
    distributions.install_loss("typing-error", namespace="lab")
    info = distributions.site / "typing_error-1.0.dist-info"
    (info / "entry_points.txt").write_text("[ganzoo]\nlab = no module!\n")
    assert status_of("lab").error == "its entry point names 'no module!', which is no module"


def test_a_malformed_entry_points_file_costs_only_its_own_line(distributions, monkeypatch):
    distributions.install_loss("lab-gans", namespace="lab")
    distributions.install_loss("a-good", namespace="a", name="other")
    for other in ("not-a-plugin", "binary"):
        distributions.install(other, "", namespace="unused")
    (distributions.site / "not_a_plugin-1.0.dist-info" / "entry_points.txt").write_text("[console_scripts]\nnonsense\n")
    (distributions.site / "binary-1.0.dist-info" / "entry_points.txt").write_bytes(b"\xff\xfe\x00[gan")
    file = distributions.site / "lab_gans-1.0.dist-info" / "entry_points.txt"
    file.write_text("nonsense\n[ganzoo]\nlab lab_gans_plugin\n[console_scripts]\nmore nonsense\n")
    broken = status_of("lab-gans")
    assert broken.state == "broken" and broken.provider.distribution == "lab-gans"
    assert broken.error == (
        "its entry_points.txt is malformed: 'lab lab_gans_plugin' is not of the form 'namespace = module'"
    )
    assert registry.find(Loss, "a.other") and registry.find(Loss, "hinge")
    file.write_text("[ganzoo]\nlab = lab_gans_plugin\n= x\n")
    ganzoo.refresh()
    assert status_of("lab").state == "ok" and status_of("lab-gans").state == "broken"
    monkeypatch.setenv("GANZOO_PLUGINS", "a-good")
    ganzoo.refresh()
    assert status_of("lab-gans").state == "blocked"
    monkeypatch.setenv("GANZOO_PLUGINS", "lab-gans")
    monkeypatch.setenv("GANZOO_STRICT", "1")
    with pytest.raises(discovery.BadPlugin, match="malformed"):
        ganzoo.refresh()


def test_a_namespace_of_two_distributions_belongs_to_none(distributions):
    distributions.install_loss("first", namespace="same")
    distributions.install_loss("second", namespace="same", name="other")
    assert {status_of("same", name).state for name in ("first", "second")} == {"conflict"}
    with pytest.raises(PluginConflict) as raised:
        registry.find(Loss, "same.odd")
    assert "namespace 'same' is claimed by first 1.0 and second 1.0; none of them was loaded" in raised.value.message
    assert "GANZOO_PLUGINS" in raised.value.hint
    assert "first_plugin" not in sys.modules


def test_choosing_one_distribution_settles_a_conflict(distributions, monkeypatch):
    distributions.install_loss("first", namespace="same")
    distributions.install_loss("second", namespace="same", name="other")
    monkeypatch.setenv("GANZOO_PLUGINS", "second")
    assert registry.find(Loss, "same.other").provider.distribution == "second"
    assert status_of("same", "first").state == "blocked"


@pytest.mark.parametrize("namespace", discovery.RESERVED)
def test_a_reserved_namespace_cannot_be_claimed(distributions, namespace):
    distributions.install_loss("greedy", namespace=namespace, name="hinge")
    assert status_of(namespace, "greedy").state == "conflict"
    assert registry.find(Loss, "hinge").provider.distribution == "ganzoo"
    assert registry.find(Loss, "ganzoo.hinge").provider.distribution == "ganzoo"


def test_heavy_imports_are_named(distributions):
    distributions.install("heavy", "import torch\n@hookimpl\ndef ganzoo_entries(): return []", namespace="heavy")
    distributions.install_loss("light", namespace="light")
    code = (
        "from ganzoo.core import registry\n"
        "for status in registry.plugins():\n"
        "    print(status.provider.namespace, status.load_ms > 100, *status.heavy_imports)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    lines = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert lines["heavy"][0] == "True" and "torch" in lines["heavy"][1:]
    assert lines["light"] == ["False"]
    assert lines["ganzoo"] == ["False"]


def test_the_first_to_import_something_heavy_does_not_hide_the_others(distributions):
    (distributions.site / "pandas").mkdir()
    (distributions.site / "pandas" / "__init__.py").write_text("class Frame: pass\n")
    hook = "\n@hookimpl\ndef ganzoo_entries(): return []"
    sources = {"a": "import pandas", "b": "from pandas import Frame", "c": "import pandas as p", "d": "pandas = 1"}
    for namespace, source in sources.items():
        distributions.install(f"heavy-{namespace}", source + hook, namespace=namespace)
    code = "from ganzoo.core import registry\nfor s in registry.plugins(): print(s.provider.namespace, s.heavy_imports)"
    for before in ("", "import pandas\n"):
        done = subprocess.run([sys.executable, "-c", before + code], check=True, capture_output=True, text=True)
        found = {line for line in done.stdout.splitlines() if line[:1] in sources and line[1] == " "}
        assert found == {"a ('pandas',)", "b ('pandas',)", "c ('pandas',)", "d ()"}


@pytest.mark.parametrize(
    ("chosen", "loaded"),
    [
        (None, {"a", "b"}),
        ("", set()),
        ("dist-a", {"a"}),
        ("Dist_A", {"a"}),
        ("dist-a, dist-b", {"a", "b"}),
        ("x", set()),
    ],
)
def test_the_environment_chooses_distributions(distributions, monkeypatch, chosen, loaded):
    distributions.install_loss("dist-a", namespace="a")
    distributions.install_loss("Dist.B", namespace="b")
    if chosen is not None:
        monkeypatch.setenv("GANZOO_PLUGINS", chosen)
    states = {status.provider.namespace: status.state for status in registry.plugins()}
    assert states.pop("ganzoo") == "ok"
    assert {name: states[name] for name in "ab"} == {name: "ok" if name in loaded else "blocked" for name in "ab"}
    assert all(states[name] == ("ok" if chosen is None else "blocked") for name in states.keys() - {"a", "b"})
    if "a" not in loaded:
        with pytest.raises(PluginMissing, match=r"dist-a 1\.0 is installed, but switched off"):
            registry.find(Loss, "a.odd")
        assert "dist_a_plugin" not in sys.modules


def test_strict_mode_raises(distributions, monkeypatch):
    distributions.install("bad-plugin", "1 / 0", namespace="bad")
    monkeypatch.setenv("GANZOO_STRICT", "1")
    with pytest.raises(ZeroDivisionError):
        registry.plugins()
    monkeypatch.delenv("GANZOO_STRICT")
    assert status_of("bad").state == "broken"


def test_refresh_finds_what_was_installed_meanwhile(distributions):
    with pytest.raises(PluginMissing):
        registry.find(Loss, "late.odd")
    before = distributions.site.stat()
    distributions.install_loss("late", namespace="late")
    os.utime(distributions.site, ns=(before.st_atime_ns, before.st_mtime_ns))  # as when the clock is too coarse to tell
    with pytest.raises(PluginMissing):
        registry.find(Loss, "late.odd")
    ganzoo.refresh()
    assert registry.find(Loss, "late.odd").name == "late.odd"


def test_two_threads_discover_once(distributions, monkeypatch):
    source = "import time; time.sleep(0.2)\n" + "@hookimpl\ndef ganzoo_entries(): return []"
    distributions.install("slow", source, namespace="slow")
    runs = []
    discover = discovery.discover
    monkeypatch.setattr(discovery, "discover", lambda manager: runs.append(1) or discover(manager))
    found = []
    threads = [threading.Thread(target=lambda: found.append(registry.find(Loss, "hinge"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) == 1 and len(found) == 2 and found[0] is found[1]


def test_a_plugin_cannot_ask_the_registry_while_it_is_loaded(distributions):
    distributions.install("nosy", "from ganzoo.core import registry; registry.entries()", namespace="nosy")
    status = status_of("nosy")
    assert status.state == "broken" and isinstance(status.exception, RegistryError)

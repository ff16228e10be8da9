"""Broken plugins for the tests of the conformance kit."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from ganzoo import hookimpl
from ganzoo.core import registry

BROKEN = Path(__file__).parent / "broken"


@pytest.fixture
def clean_registry(monkeypatch):
    """The registry as in a fresh process; the modules of broken plugins can be imported."""
    monkeypatch.delenv("GANZOO_PLUGINS", raising=False)
    monkeypatch.delenv("GANZOO_STRICT", raising=False)
    for name, value in (("_zoo", None), ("_added", {}), ("_warned", set())):
        monkeypatch.setattr(registry, name, value)
    monkeypatch.syspath_prepend(str(BROKEN))


@pytest.fixture
def add(clean_registry):
    """Adds a plugin, "local", with these entries (or with what a function returns each time)."""

    def add_plugin(entries):
        module = types.ModuleType("by_hand")

        @hookimpl
        def ganzoo_entries():
            return entries() if callable(entries) else list(entries)

        module.ganzoo_entries = ganzoo_entries
        registry.add_plugin(module)

    return add_plugin


@pytest.fixture
def install(clean_registry, tmp_path, monkeypatch):
    """Installs a distribution whose light module has this source, under the namespace "broken"."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install_plugin(source):
        (tmp_path / "broken_distribution.py").write_text(
            "from ganzoo import entries, hookimpl\n" + source, encoding="utf-8"
        )
        info = tmp_path / "broken_distribution-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-distribution\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[ganzoo]\nbroken = broken_distribution\n")

    yield install_plugin
    sys.modules.pop("broken_distribution", None)

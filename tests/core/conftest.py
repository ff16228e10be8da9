"""Real plugin distributions for the tests, and a registry that forgets them afterwards."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from ganzoo.core import registry


@pytest.fixture
def clean_registry(monkeypatch):
    """The registry as in a fresh process that has no plugin chosen or excluded."""
    monkeypatch.delenv("GANZOO_PLUGINS", raising=False)
    monkeypatch.delenv("GANZOO_STRICT", raising=False)
    for name, value in (("_zoo", None), ("_added", {}), ("_warned", set())):
        monkeypatch.setattr(registry, name, value)


class Distributions:
    """Writes installed distributions: real .dist-info folders and modules on `sys.path`."""

    def __init__(self, site: Path) -> None:
        self.site = site

    def install(self, distribution: str, source: str, *, namespace: str, version: str = "1.0") -> str:
        """Install a one-module plugin, and return the name of its module.

        `source` follows the import of `hookimpl` and the entry classes; "" means that the module is empty.
        """
        stem = re.sub("[-.]", "_", distribution)
        module = f"{stem}_plugin"
        header = "from ganzoo.core.entries import *\nfrom ganzoo.core.hookspecs import hookimpl\n"
        (self.site / f"{module}.py").write_text(header + dedent(source))
        info = self.site / f"{stem}-{version}.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[ganzoo]\n{namespace} = {module}\n")
        return module

    def install_loss(self, distribution: str, *, namespace: str, name: str = "odd", extra: str = "") -> str:
        """Install a plugin that brings one loss."""
        return self.install(distribution, loss_plugin(name, extra), namespace=namespace)


def loss_plugin(name: str, extra: str = "") -> str:
    """The source of a plugin with one loss; `extra` are more arguments of its entry."""
    return f"""
        @hookimpl
        def ganzoo_entries():
            return [Loss(name="{name}", summary="of a plugin", target="fractions:Fraction", {extra})]
    """


@pytest.fixture
def distributions(tmp_path, monkeypatch, clean_registry):
    """Distributions that are visible to this process, and to its children, until the test ends."""
    known = set(sys.modules)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(registry.__file__).parents[2]}")
    yield Distributions(tmp_path)
    for name in set(sys.modules) - known:
        if name.endswith("_plugin"):
            del sys.modules[name]

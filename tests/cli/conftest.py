"""Running the command as users do, and in this process where speed matters."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ganzoo
from ganzoo.core import registry

from .environments import Environment


@pytest.fixture
def shell(monkeypatch):
    """Run `ganzoo ARGUMENTS` in a process of its own; the result has returncode, stdout and stderr."""
    monkeypatch.setenv("PYTHONPATH", str(Path(ganzoo.__file__).parents[1]))
    monkeypatch.delenv("GANZOO_PLUGINS", raising=False)

    def run(*arguments: str, code: str = "", before: str = "") -> subprocess.CompletedProcess[str]:
        script = f"import sys; sys.argv = ['ganzoo', *{list(arguments)!r}]\n{before}\n"
        script += code or "from ganzoo.cli.main import main\nmain()"
        return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    return run


@pytest.fixture(scope="session")
def made_environment(tmp_path_factory):
    return Environment(tmp_path_factory.mktemp("environment"))


@pytest.fixture
def environment(made_environment):
    """An environment of its own, into which plugins can be installed."""
    yield made_environment
    made_environment.clean()


@pytest.fixture
def clean_registry(monkeypatch):
    """The registry as in a fresh process that has no plugin chosen or excluded."""
    monkeypatch.delenv("GANZOO_PLUGINS", raising=False)
    monkeypatch.delenv("GANZOO_STRICT", raising=False)
    for name, value in (("_zoo", None), ("_added", {}), ("_warned", set())):
        monkeypatch.setattr(registry, name, value)


@pytest.fixture
def plugin_file(tmp_path):
    """Write a one-file plugin that registers what the source says."""

    def write(entries: str, name: str = "my_gans.py") -> str:
        path = tmp_path / name
        path.write_text(
            "from ganzoo.core.entries import *\nfrom ganzoo.core.hookspecs import hookimpl\n"
            f"def answer(): print('the answer')\n@hookimpl\ndef ganzoo_entries(): return [{entries}]\n"
        )
        return str(path)

    return write

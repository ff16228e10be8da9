"""Every name of ganzoo that a page or a new plugin imports is in the reference of Python names."""

from __future__ import annotations

import ast
import importlib
import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ganzoo.cli.scaffold import KINDS, render

from .blocks import blocks_of

ROOT = Path(__file__).parents[2]
API = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")


def resolve(name: str) -> Any:
    """What a dotted name stands for: a module, or something in one."""
    module, _, attribute = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError):
        return importlib.import_module(name)


def documented() -> Iterator[str]:
    for kind, name, members in re.findall(r"^\.\. auto(\w+):: (\S+)\n(?:   :members:([^\n]*))?", API, re.MULTILINE):
        yield name
        if kind == "module":
            yield from (f"{name}.{m.strip()}" for m in members.split(",") if m.strip())
            if not members.strip():
                module = importlib.import_module(name)
                yield from (f"{name}.{m}" for m, value in vars(module).items() if isinstance(value, type))


def imported(source: str) -> set[str]:
    """The names that a source imports from ganzoo; what is imported from a module of a plugin is the plugin's."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    named = [(node.module or "", alias.name) for node in nodes for alias in node.names]
    return {f"{module}.{name}" for module, name in named if module.split(".")[0] == "ganzoo"}


def sources() -> dict[str, str]:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    found = {
        page.name: "\n".join(b.code for b in blocks_of(page.read_text("utf-8")) if b.language == "python")
        for page in pages
    }
    for kind in KINDS:
        files = render("my-x", kind)
        found[f"plugin new --kind {kind}"] = "\n".join(text for path, text in files.items() if path.endswith(".py"))
    return {name: text.replace("from __future__ import annotations", "") for name, text in found.items()}


SOURCES = sources()
KNOWN = set(documented())
THINGS = [resolve(name) for name in KNOWN]


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_imported_can_be_looked_up(source):
    missing = []
    for name in sorted(imported(SOURCES[source])):
        thing = resolve(name)
        of_a_module = any(known.startswith(f"{getattr(thing, '__name__', name)}.") for known in KNOWN)
        same = not isinstance(thing, str) and any(thing is other for other in THINGS)
        if name not in KNOWN and not of_a_module and not same:
            missing.append(name)
    assert not missing, f"docs/reference/api.md lacks {', '.join(missing)}"


@pytest.mark.parametrize(
    "name", re.findall(r"`((?:ganzoo|entries)\.[\w.]+)`", (ROOT / "docs/hooks.md").read_text("utf-8"))
)
def test_what_the_page_on_hooks_names_can_be_looked_up(name):
    full = name if name.startswith("ganzoo.") else f"ganzoo.core.{name}"
    assert full in KNOWN or any(resolve(full) is thing for thing in THINGS)


def test_the_names_of_options_keep_their_hyphens(monkeypatch):
    """What stands in the help of a command is no code there, and is typeset."""
    smartquotes = pytest.importorskip("docutils.utils.smartquotes")
    monkeypatch.setattr(sys, "path", list(sys.path))
    action = runpy.run_path(str(ROOT / "docs" / "conf.py")).get("smartquotes_action", "qDe")
    typeset = smartquotes.educate_tokens([("plain", "with --plugin, or --no-plugins")], action)
    assert "".join(typeset) == "with --plugin, or --no-plugins"

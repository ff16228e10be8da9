"""What of the text that `ganzoo plugin new` writes still stands in a plugin."""

from __future__ import annotations

import ast
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from ganzoo.cli.scaffold import KINDS, render
from ganzoo.core.installed import working_folder
from ganzoo.core.plugin_status import PluginStatus

INSTALLED = "the metadata of what is installed"


class Texts(NamedTuple):
    """What a distribution says of itself, and the files that say it."""

    description: str
    authors: str
    readme: str
    project_file: str = "pyproject.toml"
    readme_file: str = "README.md"


def placeholders(status: PluginStatus) -> list[str]:
    """Where the text of a template still stands in a plugin, a line each; one that is no distribution has none."""
    name = status.provider.namespace
    if status.provider.distribution != f"ganzoo-plugin-{name}":
        return []
    told, lines = texts_of(status.provider.distribution), []
    for kind in KINDS:
        files = render(name, kind)
        written = _texts(files["pyproject.toml"], files["README.md"])
        if told and written.description == told.description:
            lines.append(f"{told.project_file}: description = {written.description!r}")
        if told and written.authors == told.authors:
            lines.append(f"{told.project_file}: authors = {written.authors!r}")
        if told and (begin := _paragraph(written.readme)) in told.readme:
            lines.append(f"{told.readme_file}: {_short(begin)}")
        for summary in _summaries(next(text for path, text in files.items() if path.endswith("/plugin.py"))):
            lines += [f"{name}.{e.name}: summary={summary!r}" for e in status.entries if e.summary == summary]
    return list(dict.fromkeys(lines))


def texts_of(name: str) -> Texts | None:
    """What an installed distribution says: as its files are now, if it is editable; None if nothing can be read."""
    try:
        found = distribution(name)
        if folder := working_folder(found):
            files = [(Path(folder) / file).read_text(encoding="utf-8") for file in ("pyproject.toml", "README.md")]
            return _texts(*files)
        facts = found.metadata.json
        description, authors, readme = (str(facts.get(field, "")) for field in ("summary", "author", "description"))
        return Texts(description, authors, readme, INSTALLED, INSTALLED)
    except (PackageNotFoundError, OSError, ValueError):
        return None


def _texts(pyproject: str, readme: str) -> Texts:
    project = tomllib.loads(pyproject).get("project", {})
    authors = ", ".join(str(author.get("name", "")) for author in project.get("authors", ()))
    return Texts(str(project.get("description", "")), authors, readme)


def _paragraph(readme: str) -> str:
    """The first one below the title."""
    return readme.split("\n\n")[1]


def _summaries(source: str) -> list[str]:
    """What the entries of a plugin's light module are summed up as."""
    given = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.keyword) and node.arg == "summary")
    return [str(keyword.value.value) for keyword in given if isinstance(keyword.value, ast.Constant)]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:60].rstrip()} ..."

"""Plugins to measure with: what `ganzoo plugin new` writes, laid out as pip installs it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ganzoo.cli.scaffold import KINDS, render


def install_made_plugins(site: Path, count: int) -> list[str]:
    """Put that many plugins, of each kind in turn, into a folder for `sys.path`; returns their namespaces."""
    names = [f"made-{number}" for number in range(1, count + 1)]
    for number, name in enumerate(names):
        install(site, render(name, list(KINDS)[number % len(KINDS)]))
    return names


def install(site: Path, files: dict[str, str]) -> None:
    """Put one plugin there, by the files that the scaffold renders."""
    project = tomllib.loads(files["pyproject.toml"])["project"]
    stem = project["name"].replace("-", "_")
    info = f"{stem}-{project['version']}.dist-info"
    points = "".join(f"{name} = {value}\n" for name, value in project["entry-points"]["ganzoo"].items())
    head = f"Metadata-Version: 2.4\nName: {project['name']}\nVersion: {project['version']}\n"
    head += "".join(f"Requires-Dist: {requirement}\n" for requirement in project["dependencies"])
    installed = {path: text for path, text in files.items() if path.startswith(f"{stem}/")}
    installed |= {
        f"{info}/METADATA": f"{head}Description-Content-Type: text/markdown\n\n{files['README.md']}",
        f"{info}/entry_points.txt": f"[ganzoo]\n{points}",
        f"{info}/INSTALLER": "pip\n",
    }
    installed[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*installed, f"{info}/RECORD"])
    for path, text in installed.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, encoding="utf-8")

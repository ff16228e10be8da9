"""`ganzoo plugin install`."""

from __future__ import annotations

import json
import os
import re
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from ganzoo.cli.fresh_look import look_afresh
from ganzoo.cli.pip import run_pip
from ganzoo.core.first_party import DISTRIBUTIONS
from ganzoo.core.installed import installed_names, normal
from ganzoo.errors import ConfigError, InstallError

# A plugin must not bring another ganzoo, nor replace a torch that was chosen for this machine.
KEPT = ("ganzoo", "torch", "torchvision")


@click.command("install", short_help="Install plugins with pip, and show what they bring.")
@click.argument("names", nargs=-1, required=True, metavar="NAME_OR_PATH...")
@click.option("--upgrade", "-U", is_flag=True, help="Take the newest version of what is installed already.")
@click.option(
    "--editable", "-e", is_flag=True, help="Use the files of a folder where they are, while you work on them."
)
def install_plugins(names: tuple[str, ...], upgrade: bool, editable: bool) -> None:
    """Install plugins with the pip of this Python, and show what they bring.

    A NAME is that of a distribution (with ==1.2 and the like, if you please) or of a first-party plugin (stylegan); a
    PATH is a folder, wheel or archive, and begins with ./, ../, ~ or /. ganzoo, torch and torchvision stay as they are.
    Installing runs code of the plugin: see that you trust its authors.
    """
    wanted = [requirement_of(name) for name in names]
    if editable and not all(Path(_without_extras(requirement)).is_dir() for requirement in wanted):
        raise ConfigError("--editable takes folders only", hint="such as ./ganzoo-plugin-mine")
    before = installed_names()
    options = ["--upgrade"] if upgrade else []
    sources = [text for name in wanted for text in (["--editable", name] if editable else [name])]
    with tempfile.TemporaryDirectory() as folder:
        kept, report = Path(folder) / "kept.txt", Path(folder) / "report.json"
        kept.write_text("".join(f"{name}=={_version(name)}\n" for name in KEPT if _version(name)), encoding="utf-8")
        options += ["--constraint", str(kept), "--report", str(report)]
        run_pip("install", *options, *sources, doing=f"installing {', '.join(names)}")
        installed = json.loads(report.read_text(encoding="utf-8"))["install"]
    reported = {normal(one["metadata"]["name"]): one["requested"] for one in installed}
    requested = [name for name, asked in reported.items() if asked]
    requested += [normal(name) for name in map(_name_of, wanted) if name and normal(name) not in requested]
    new = [name for name in reported if name not in before]
    plugins = look_afresh(", ".join(requested))
    good = [_show(name, [p for p in plugins if normal(p["distribution"]) == name], new) for name in requested]
    if not all(good):
        raise SystemExit(1)


def requirement_of(name: str) -> str:
    """What pip is given for a name or path. Raises: ConfigError for what is neither."""
    if name.endswith(".py"):
        raise ConfigError(f"{name} is one file, and needs no installing", hint=f"ganzoo --plugin {name} list")
    if "://" in name and not name.startswith("-"):
        return name
    if name.startswith((".", "~")) or {"/", os.sep} & set(name) or name.endswith((".whl", ".tar.gz", ".zip")):
        path = Path(_without_extras(name)).expanduser()
        if not path.exists():
            raise ConfigError(
                f"there is no {_without_extras(name)}", hint="a NAME without / is looked up in the package index"
            )
        return f"{path.absolute()}{name.removeprefix(_without_extras(name))}"
    if name in DISTRIBUTIONS:
        return DISTRIBUTIONS[name]
    try:
        return str(Requirement(name))
    except InvalidRequirement as error:
        cause = str(error).splitlines()[0]
        raise ConfigError(f"{name!r} is no name of a distribution: {cause}", hint="a path begins with ./") from None


def _show(name: str, plugins: list[dict[str, Any]], new: list[str]) -> bool:
    """Say what a distribution brings, and return whether all of it works; what is no plugin is taken out again."""
    if not plugins:
        if name in new:
            run_pip("uninstall", "--yes", name, doing=f"removing {name}")
        others = ", ".join(other for other in new if other != name)
        raise InstallError(
            f"{name} is no plugin of ganzoo (it has no entry point of the group 'ganzoo'), and "
            + ("was removed again" if name in new else "was here before; it stays"),
            hint="check the name" + (f"; what it needs was installed as well, and stays: {others}" if others else ""),
        )
    for plugin in plugins:
        click.echo(f"{plugin['distribution']} {plugin['version']} is installed, as {plugin['namespace']}:")
        for entry in plugin["entries"]:
            click.echo(f"  {entry['kind']:<13} {entry['name']:<24} {entry['summary']}")
        heavy = [f"it imports {', '.join(plugin['heavy_imports'])} whenever plugins are listed"]
        for line in (plugin["error"], *plugin["problems"], *(heavy if plugin["heavy_imports"] else ())):
            if line:
                click.echo(f"  {line}")
        for line in plugin["advice"]:
            click.echo(f"  -> {line}")
    return all(plugin["state"] in ("ok", "blocked") for plugin in plugins)


def _name_of(requirement: str) -> str:
    """The distribution that a requirement names; "" for a folder or URL, of which pip's report tells."""
    try:
        if requirement.endswith(".whl"):
            return parse_wheel_filename(requirement.rpartition("/")[2])[0]
        return Requirement(requirement).name
    except (InvalidRequirement, InvalidWheelFilename):
        return ""


def _without_extras(path: str) -> str:
    """ "./folder" of "./folder[dev]"."""
    return re.sub(r"\[[^\[\]]*\]$", "", path)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""

"""`ganzoo plugin uninstall`. Nothing of the plugin is imported, so that a broken one can be removed, too."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import MetadataPathFinder, PackageNotFoundError, distribution

import click

from ganzoo.cli.pip import run_pip
from ganzoo.core.installed import UNNAMED, Installed, installed_plugins, normal, why_unreadable
from ganzoo.core.names import did_you_mean
from ganzoo.errors import AmbiguousName, ConfigError, InstallError, PluginMissing


@click.command("uninstall", short_help="Remove a plugin, even a broken one.")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def uninstall_plugin(name: str, yes: bool) -> None:
    """Remove the plugin NAME, a namespace or a distribution.

    A plugin that cannot be imported, or makes every other command fail or hang, can be removed, too. What it needs
    stays installed; models that were trained with it stay, and can be loaded when it is installed again.
    """
    plugin = find_plugin(name)
    if plugin.name == UNNAMED:
        raise InstallError(
            f"the plugin {name!r} in {plugin.folder} has lost its METADATA, so that pip does not know it",
            hint="delete its .dist-info folder there by hand",
        )
    brings = ", ".join(dict.fromkeys(namespace for namespace, _ in plugin.points)) or "no namespace that can be read"
    click.echo(f"{plugin} ({brings}) in {plugin.folder}")
    if plugin.working_folder:
        click.echo(f"its files in {plugin.working_folder} stay, for it was installed with --editable")
    if not yes:
        if not can_ask():
            raise ConfigError("nothing was removed, for nobody can be asked", hint="say --yes")
        click.confirm("Remove it?", abort=True)
    if why_unreadable(plugin.source):
        _empty_entry_points(plugin)
    run_pip("uninstall", "--yes", plugin.name, doing=f"removing {plugin.name}")
    _check_gone(plugin)
    click.echo(f"removed {plugin}")


def can_ask() -> bool:
    """Whether somebody sits at the other end."""
    return sys.stdin.isatty()


def find_plugin(name: str) -> Installed:
    """The distribution of this name, or the only one with a namespace of this name.

    Raises: PluginMissing, AmbiguousName; InstallError for ganzoo itself and for what is no plugin.
    """
    plugins = installed_plugins()
    found = [plugin for plugin in plugins if normal(plugin.name) == normal(name)]
    found = found or [plugin for plugin in plugins if name in dict(plugin.points)]
    if len(found) > 1:
        owners = ", ".join(map(str, found))
        raise AmbiguousName(f"several plugins have the namespace {name!r}: {owners}", hint="name the distribution")
    if found:
        return found[0]
    if normal(name) == "ganzoo":
        raise InstallError("ganzoo itself is no plugin", hint="python -m pip uninstall ganzoo")
    try:
        other = distribution(name)
    except (PackageNotFoundError, ValueError):
        known = [text for plugin in plugins for text in (plugin.name, *dict(plugin.points))]
        listed = ", ".join(plugin.name for plugin in plugins)
        hint = (
            f"installed are: {listed}" if listed else "no plugin is installed; the namespace ganzoo is the zoo itself"
        )
        raise PluginMissing(f"no plugin {name!r} is installed{did_you_mean(name, known)}", hint=hint) from None
    raise InstallError(
        f"{name} {other.version} is installed, but is no plugin of ganzoo", hint=f"python -m pip uninstall {name}"
    )


def _empty_entry_points(plugin: Installed) -> None:
    """pip fails on entry points that it cannot read; its list of the files to remove stands elsewhere (RECORD)."""
    for file in plugin.source.files or ():
        if file.name == "entry_points.txt" and file.parent.suffix in (".dist-info", ".egg-info"):
            try:
                open(file.locate(), "w").close()
            except OSError as error:
                raise InstallError(f"{file.locate()} cannot be written: {error}") from error


def _check_gone(plugin: Installed) -> None:
    """pip calls it a success when it has left alone what is outside its environment."""
    importlib.invalidate_caches()
    MetadataPathFinder().invalidate_caches()
    left = [other.folder for other in installed_plugins() if normal(other.name) == normal(plugin.name)]
    if plugin.folder in left:
        raise InstallError(
            f"pip has not removed {plugin}: {plugin.folder} is not in the environment of {sys.executable}",
            hint="remove it with the Python that installed it, or take the folder off the path",
        )
    if left:
        click.echo(f"another copy of {plugin.name} has come to light in {left[0]}; remove it in the same way")

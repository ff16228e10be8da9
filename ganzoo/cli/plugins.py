"""`ganzoo plugin`: none of its commands looks for plugins before it is called."""

from __future__ import annotations

import click

from ganzoo.cli.plugin_check import check_plugin
from ganzoo.cli.plugin_install import install_plugins
from ganzoo.cli.plugin_list import list_plugins
from ganzoo.cli.plugin_new import new_plugin
from ganzoo.cli.plugin_uninstall import uninstall_plugin


@click.group()
def plugin() -> None:
    """Look after plugins."""


for command in (list_plugins, new_plugin, check_plugin, install_plugins, uninstall_plugin):
    plugin.add_command(command)

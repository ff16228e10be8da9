"""`ganzoo plugin`."""

from __future__ import annotations

import json

import click

from ganzoo.cli.plugin_check import check_plugin
from ganzoo.cli.plugin_new import new_plugin
from ganzoo.core import registry


@click.group()
def plugin() -> None:
    """Look after plugins."""


plugin.add_command(check_plugin)
plugin.add_command(new_plugin)


@plugin.command("list")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def list_plugins(as_json: bool) -> None:
    """Every plugin that was found: its namespace, state, entries, load time, and what is wrong with it."""
    statuses = registry.plugins()
    if as_json:
        facts = [
            {
                "namespace": s.provider.namespace,
                "distribution": s.provider.distribution,
                "version": s.provider.version,
                "module": s.provider.module,
                "state": s.state,
                "error": s.error,
                "problems": list(s.problems),
                "heavy_imports": list(s.heavy_imports),
                "load_ms": round(s.load_ms, 2),
                "entries": s.n_entries,
            }
            for s in statuses
        ]
        click.echo(json.dumps(facts, indent=2))
        return
    for status in statuses:
        click.echo(
            f"{status.provider.namespace:<16} {status.state:<9} {status.n_entries:>3} entries "
            f"{status.load_ms:>7.1f} ms  {status.provider}"
        )
        for line in (status.error, *status.problems):
            if line:
                click.echo(f"{'':<16} {line}")

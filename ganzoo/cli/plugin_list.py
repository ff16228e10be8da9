"""`ganzoo plugin list`."""

from __future__ import annotations

import json

import click

from ganzoo.cli.plugin_facts import facts_of, wrong_with
from ganzoo.core import registry

HEADS = ("NAMESPACE", "STATE", "VERSION", "ENTRIES", "LOADED IN", "LOCATION")


@click.command("list", short_help="Every plugin that was found, and what is wrong with it.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def list_plugins(as_json: bool) -> None:
    """Every plugin that was found: state, version, entries, load time, where it is, and what is wrong with it."""
    statuses = registry.plugins()
    all_facts = [facts_of(status) for status in statuses]
    if as_json:
        click.echo(json.dumps(all_facts, indent=2))
        return
    rows = [
        (
            facts["namespace"],
            facts["state"],
            facts["version"] or "-",
            str(len(facts["entries"])),
            "-" if facts["state"] in ("blocked", "conflict") else f"{facts['load_ms']:.1f} ms",
            facts["location"] or facts["module"],
        )
        for facts in all_facts
    ]
    widths = [max(len(row[column]) for row in [HEADS, *rows]) for column in range(len(HEADS) - 1)]
    _show(HEADS, widths)
    for row, status, facts in zip(rows, statuses, all_facts, strict=True):
        _show(row, widths)
        for line in (*wrong_with(status), *(f"-> {line}" for line in facts["advice"])):
            click.echo(f"{'':<{widths[0]}}  {line}")


def _show(row: tuple[str, ...], widths: list[int]) -> None:
    namespace, state, version, entries, time, place = row
    click.echo(
        f"{namespace:<{widths[0]}}  {state:<{widths[1]}}  {version:<{widths[2]}}  {entries:>{widths[3]}}  "
        f"{time:>{widths[4]}}  {place}"
    )

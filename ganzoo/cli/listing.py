"""`ganzoo list`."""

from __future__ import annotations

import sys

import click

from ganzoo.cli.plugin_warnings import warn_about
from ganzoo.core import registry
from ganzoo.core.entries import KINDS, Entry
from ganzoo.core.names import did_you_mean


@click.command("list")
@click.argument("kind", required=False)
@click.argument("pattern", required=False)
@click.option("--deprecated", is_flag=True, help="Also what should no longer be used.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def list_entries(kind: str | None, pattern: str | None, deprecated: bool, as_json: bool) -> None:
    """What there is: all entries, those of a KIND (architectures, losses, datasets, ...), or those matching PATTERN."""
    chosen = KINDS.get(_singular(kind)) if kind else None
    if kind and chosen is None:
        if pattern:
            raise click.UsageError(f"there is no kind {kind!r}; the kinds are {', '.join(KINDS)}")
        pattern = kind
    found = registry.entries(chosen, pattern, deprecated=deprecated)
    if as_json:
        import json

        facts = [
            {"name": f.name, "kind": f.entry.kind, "summary": f.entry.summary, "from": str(f.provider)}
            | {
                "paper": f.entry.paper,
                "year": f.entry.year,
                "tags": list(f.entry.tags),
                "aliases": list(f.entry.aliases),
                "deprecated": f.entry.deprecated,
                "replaced_by": f.entry.replaced_by,
            }
            for f in found
        ]
        click.echo(json.dumps(facts, indent=2))
    elif not found:
        hint = did_you_mean(kind, KINDS) if kind and not chosen else ""
        click.echo(f"nothing matches {pattern!r}{hint}" if pattern else "nothing of this kind is installed")
    else:
        _show([(f.short_name, f.entry.kind, f.provider.namespace, _summary(f.entry)) for f in found])
    warn_about(registry.plugins())


def _summary(entry: Entry) -> str:
    if not (entry.deprecated or entry.replaced_by):
        return entry.summary
    return f"{entry.summary} (deprecated" + (f"; use {entry.replaced_by})" if entry.replaced_by else ")")


def _singular(kind: str) -> str:
    kind = kind.lower()
    special = {"losses": "loss", "penalties": "penalty"}
    return special.get(kind, kind if kind in KINDS else kind.removesuffix("s"))


def _show(rows: list[tuple[str, str, str, str]]) -> None:
    heads = ("NAME", "KIND", "FROM", "SUMMARY")
    if sys.stdout.isatty():
        import shutil

        from rich import box
        from rich.console import Console
        from rich.table import Table

        table = Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False)
        for row in rows:
            table.add_row(*row)
        Console(width=shutil.get_terminal_size().columns).print(table)
        return
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(3)]
    for row in [heads, *rows]:
        click.echo("  ".join([*(cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)), row[3]]))

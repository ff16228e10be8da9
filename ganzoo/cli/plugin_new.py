"""`ganzoo plugin new`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from ganzoo.cli.scaffold import KINDS, next_steps, write_plugin


@click.command("new", short_help="Write a new plugin that works.")
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(list(KINDS)), default="architecture", show_default=True, help="What it brings."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=".",
    help="Where its folder is made.  [default: .]",
)
def new_plugin(name: str, kind: str, out: Path) -> None:
    """Write a new plugin: a distribution ganzoo-plugin-NAME with one working entry, its check and its tests."""
    folder = write_plugin(name, kind, out)
    module = name.replace("-", "_")
    click.echo(
        f"{folder} holds a plugin that works; begin with ganzoo_plugin_{module}/{module}.py. To try it:\n"
        f"  cd {shlex.quote(str(folder))}"
    )
    for line in next_steps(name, kind).splitlines():
        click.echo(f"  {line}")

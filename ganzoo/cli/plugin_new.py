"""`ganzoo plugin new`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from ganzoo.cli.scaffold import KINDS, write_plugin

USES = {
    "architecture": "ganzoo train {name} --data digits --image-size 16",
    "loss": "ganzoo train gan --data ring8 --loss {name}",
    "dataset": "ganzoo train gan --data {name}",
    "metric": "ganzoo info {name}",
}


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
    use = USES[kind].format(name=name)
    click.echo(
        f"{folder} holds a plugin that works; begin with ganzoo_plugin_{module}/{module}.py. To try it:\n"
        f"  cd {shlex.quote(str(folder))}\n"
        "  python -m pip install --editable '.[dev]'\n"
        f"  {use}\n"
        "  python -m pytest\n"
        f"  ganzoo verify {name}.{name}"
    )

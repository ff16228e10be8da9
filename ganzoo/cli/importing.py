"""`ganzoo import`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("directory", type=click.Path(path_type=Path), required=False)
@click.option("--format", "format", metavar="NAME", help="An importer (ganzoo list importers); else it is found out.")
@click.option("--entry", metavar="NAME", help="Which network to sample from, such as G_ema or G.")
@click.option("--accept-license", is_flag=True, help="You have read the licence of the weights, and keep to it.")
@click.option("--partly", is_flag=True, help="Leave out networks that hold something which is not read.")
@click.option("--overwrite", is_flag=True, help="Replace a model that is in DIRECTORY.")
@click.option("--inspect", is_flag=True, help="Only tell what SOURCE holds and names.")
def import_(
    source: Path,
    directory: Path | None,
    format: str | None,
    entry: str | None,
    accept_license: bool,
    partly: bool,
    overwrite: bool,
    inspect: bool,
) -> None:
    """Turn weights that others published (a file or folder SOURCE) into a model DIRECTORY. Nothing in them is run."""
    if inspect:
        from ganzoo.importing.inspection import inspect as look

        for line in look(source, partly=partly):
            click.echo(line)
        return
    if directory is None:
        raise click.UsageError("missing argument DIRECTORY (or --inspect)")
    from ganzoo.importing import convert

    convert(source, directory, format, entry, accept_license, partly=partly, overwrite=overwrite)
    click.echo(f"wrote {directory}; its README.md tells source and licence")
    click.echo(f"sample it: ganzoo sample {_as_path(directory)} 16")


def _as_path(directory: Path) -> str:
    """A path that no command takes for a name."""
    return str(directory) if directory.is_absolute() or directory.parts[0] in ("..", "~") else f"./{directory}"

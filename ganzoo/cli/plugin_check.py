"""`ganzoo plugin check`."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path

import click

from ganzoo.core import registry
from ganzoo.errors import ConfigError


@click.command("check", short_help="Run every conformance check on a plugin.")
@click.argument("name")
@click.option("--only", metavar="PATTERN", help='Only checks whose id matches, such as "mygan::*".')
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.option(
    "--fingerprints",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What the state of each architecture looked like; tests/fingerprints.json if that is about NAME.",
)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, file_okay=False),
    help="What the behavioural checks measured; tests/evidence if that is about NAME.",
)
@click.option(
    "--record", is_flag=True, help="Add revisions that are new to the file of fingerprints, and check nothing."
)
def check_plugin(
    name: str, only: str | None, as_json: bool, fingerprints: Path | None, evidence: Path | None, record: bool
) -> None:
    """Run every conformance check on the plugin NAME ("ganzoo" is the built-in zoo, "local" a file given by --plugin).

    Exits with 1 if a check fails. Text of `ganzoo plugin new` that still stands is named, and fails nothing.
    """
    from ganzoo.cli.placeholders import placeholders
    from ganzoo.testing import check_plugin as check
    from ganzoo.testing.behaviour import default_folder
    from ganzoo.testing.fingerprints import default_file
    from ganzoo.testing.fingerprints import record as add

    if record:
        file = fingerprints or Path("tests") / "fingerprints.json"
        added = add(name, file)
        click.echo(f"recorded {', '.join(added)} in {file}" if added else f"{file} has every revision already")
        return
    report = check(
        name,
        fingerprints=fingerprints or default_file(name),
        evidence=evidence or default_folder(name),
        only=None if only is None else lambda case: fnmatchcase(case.id, only),
    )
    if not report.results:
        raise ConfigError(f"no check of {name} has an id like {only!r}", hint='ids read "mygan::saves_and_loads"')
    click.echo(json.dumps(report.to_json(), indent=2) if as_json else report.text)
    for line in [
        line for status in registry.plugins() if status.provider.namespace == name for line in placeholders(status)
    ]:
        click.echo(f"warning: the template's text still stands in {line}", err=True)
    if not report.passed:
        raise SystemExit(1)

"""`ganzoo push`."""

from __future__ import annotations

import click


@click.command()
@click.argument("model")
@click.argument("repository")
@click.option("--private", is_flag=True, default=None, help="Make a new repository private.")
@click.option("--revision", help="Branch; made from main if there is none.")
@click.option("--create-pr", is_flag=True, help="Open a pull request; works on repositories of others.")
@click.option("--message", help="Of the commit.")
@click.option("--license", help="Of the weights, such as mit.  [default: what architecture and data ask for]")
@click.option("--with-training-state", is_flag=True, help="Also the live weights of all players, for fine-tuning.")
@click.option("--space", is_flag=True, help="Also make a Space that shows the model.")
@click.option("--dry-run", is_flag=True, help="Show files and card, and push nothing.")
def push(model: str, repository: str, dry_run: bool, **options: object) -> None:
    """Push MODEL (a run's or a model's ./folder) to the Hub's REPOSITORY (owner/repo)."""
    from ganzoo.errors import ConfigError
    from ganzoo.hub.push import push as push_model
    from ganzoo.hub.reference import parse

    reference = parse(model)
    if reference.kind != "disk":
        raise ConfigError(f"{model} is no folder", hint=f"push what is on disk: ganzoo push ./folder {repository}")
    pushed = push_model(reference.name, repository, dry_run=dry_run, **options)  # type: ignore[arg-type]
    for name, (size, digest) in pushed.files.items():
        click.echo(f"  {size:>12,}  {digest[:16]}  {name}")
    for name in pushed.removed:
        click.echo(f"  removed: {name}")
    for note in pushed.notes:
        click.echo(f"note: {note}", err=True)
    if dry_run:
        click.echo(f"\nThe card (README.md):\n\n{pushed.card}")
        if options["space"]:
            click.echo(f"and a Space {repository} that shows it\n")
        click.echo("nothing was pushed")
        return
    click.echo(f"\npushed as {pushed.repository}@{pushed.commit}\n{pushed.url}")
    if pushed.space:
        click.echo(pushed.space)
    click.echo(f"\nload it: ganzoo.load({pushed.repository!r})")

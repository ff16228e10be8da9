"""`ganzoo pull`."""

from __future__ import annotations

import click


@click.command()
@click.argument("repository")
@click.option("--revision", help="Branch, tag or commit.")
@click.option("--training", is_flag=True, help="Also the live weights of all players.")
def pull(repository: str, revision: str | None, training: bool) -> None:
    """Bring REPOSITORY (owner/repo or owner/repo@revision) into the cache, for use without network."""
    from ganzoo.hub.pull import pull as pull_model

    pulled = pull_model(repository, revision=revision, training=training)
    click.echo(f"{pulled}\n{pulled.directory}")

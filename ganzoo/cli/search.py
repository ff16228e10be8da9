"""`ganzoo search`."""

from __future__ import annotations

import json
from dataclasses import asdict

import click


@click.command()
@click.argument("text", required=False)
@click.option("--architecture", help="Such as dcgan.")
@click.option("--data", "dataset", help="Name of the data set.")
@click.option("--author", help="User or organisation.")
@click.option("--metric", help="Only models with this score, the lowest first.")
@click.option("--descending", is_flag=True, help="The highest score first.")
@click.option(
    "--sort", type=click.Choice(["downloads", "likes", "last_modified", "created_at"]), default="downloads",
    show_default=True,
)  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def search(text: str | None, as_json: bool, **options: object) -> None:
    """Find models on the Hub that were pushed with ganzoo; TEXT is in their name."""
    from ganzoo.hub.search import search as find

    found = find(text, **options)  # type: ignore[arg-type]
    if as_json:
        click.echo(json.dumps([asdict(model) for model in found], indent=2))
        return
    if not found:
        click.echo("no model was found")
    for model in found:
        scores = "  ".join(f"{name} {value:.4g}" for name, value in model.scores.items())
        line = (
            f"{model.repository:<40} {model.downloads:>8} downloads  {model.updated}  {' '.join(model.data)}  {scores}"
        )
        click.echo(printable(line) + ("  gated" if model.gated else ""))
    if found and options["metric"]:
        click.echo("scores compare only where their protocols, which stand on the cards, agree", err=True)


def printable(text: str) -> str:
    """Text of strangers without what would act on the terminal: control characters, and marks that turn lines round."""
    return "".join(c if c.isprintable() else "?" for c in text).rstrip()

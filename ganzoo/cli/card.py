"""`ganzoo card`."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def card() -> None:
    """Look at model cards, and check them."""


@card.command()
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--repository", help="The owner/repo that it is for.")
@click.option("--license", help="Of the weights.")
def show(directory: Path, repository: str | None, license: str | None) -> None:
    """Print the card that a push of the model in DIRECTORY would make."""
    from ganzoo.hub.card import card_of

    click.echo(str(card_of(directory, repository=repository, license=license)))


@card.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def validate(file: Path) -> None:
    """Ask the Hub whether it would take the card in FILE."""
    from ganzoo.hub.client import validate_card

    for warning in validate_card(file.read_text(encoding="utf-8")):
        click.echo(f"warning: {warning}", err=True)
    click.echo(f"{file}: the Hub takes it")


@card.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path("hub_cards"))
@click.option("--speed", is_flag=True, help="First measure how long the models take to sample on one thread here.")
def renew(folder: Path, speed: bool) -> None:
    """Write the cards in FOLDER again from the models in the package; what people wrote in them stays."""
    from ganzoo.hub.card_renewal import renew as write

    for changed in write(folder, measure_speed=speed):
        click.echo(f"changed  {changed}")


@card.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path("hub_cards"))
def check(folder: Path) -> None:
    """Compare the cards in FOLDER with their recipes and with the models in the package."""
    from ganzoo.hub.card_check import check_all
    from ganzoo.hub.published import RECIPE

    problems = check_all(folder)
    for problem in problems:
        click.echo(problem)
    click.echo(f"{len(list(folder.glob(f'*/{RECIPE}')))} recipes, {len(problems)} problems")
    if problems:
        raise click.exceptions.Exit(1)

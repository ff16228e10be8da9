"""`ganzoo train hub_cards/NAME`: a published model, trained again from its recipe and measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from ganzoo.errors import ConfigError
from ganzoo.hub import published

ALLOWED = {"name", "out", "device", "threads", "quiet", "overwrite", "stop_at"}


def train_published(folder: Path, context: click.Context, options: dict[str, Any]) -> None:
    """Train what the recipe in a folder says, and leave scores, pictures and card in the model's directory.

    Raises: ConfigError for options that the recipe decides.
    """
    given = [key for key in context.params if context.get_parameter_source(key) is ParameterSource.COMMANDLINE]
    decided = [f"--{key.replace('_', '-').rstrip('s')}" for key in given if key not in ALLOWED]
    if decided:
        raise ConfigError(
            f"{folder / published.RECIPE} decides what {', '.join(decided)} would change",
            hint="edit a copy of the folder, or train its entry by name",
        )
    recipe = published.read(folder)
    from ganzoo.cli.train import prepare_machine, report
    from ganzoo.creation import create
    from ganzoo.data.loading import load_data
    from ganzoo.training.loop import train

    if recipe.note:
        click.echo(f"note: {recipe.note}")
    device = prepare_machine(options["device"], options["threads"])
    data = load_data(dict(recipe.data))
    gan = create(recipe.entry, data=data, seed=recipe.seed, **recipe.config)
    training: dict[str, Any] = dict(recipe.training)
    rounds = training.setdefault("rounds", gan.defaults.rounds)
    out = options["out"] or Path("runs") / recipe.name
    every = max(1, rounds // 10)
    train(
        gan,
        data,
        out=out,
        seed=recipe.seed,
        device=device,
        stop_at=options["stop_at"],
        overwrite=options["overwrite"],
        progress=not options["quiet"],
        **{"samples_every": every, "checkpoint_every": every, **training},
    )
    report(out, options["stop_at"], rounds)
    if options["stop_at"] is None or options["stop_at"] >= rounds:
        document(recipe, out)


def document(recipe: published.Published, run: Path) -> None:
    """Take the scores that the recipe names of a finished run's model, and write its card."""
    from ganzoo import model_directory
    from ganzoo.data.loading import load_data
    from ganzoo.files import write_json, write_text
    from ganzoo.hub.card import card_of
    from ganzoo.hub.showing import add_pictures
    from ganzoo.metrics.measuring import measure
    from ganzoo.metrics.speed import sampling_speed
    from ganzoo.model_config import SCORES, SPEED

    model, data = run / "model", load_data(dict(recipe.data))
    gan = model_directory.load(model)
    scores = [measure(name, gan, data) for name in recipe.measure]
    write_json(model / SCORES, [score.to_json() for score in scores])
    if (speed := sampling_speed(gan)) is not None:
        write_json(model / SPEED, speed)
    add_pictures(gan, run, model)
    write_text(model / "README.md", str(card_of(model, license=recipe.license)))
    for score in scores:
        click.echo(f"  {score.metric:<20} {score.value:.4g}")
    click.echo(f"  card                 {model / 'README.md'}")

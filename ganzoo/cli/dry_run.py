"""What `ganzoo train --dry-run` prints."""

from __future__ import annotations

import json
from typing import Any

import click

from ganzoo.data import Data
from ganzoo.gan import GAN
from ganzoo.training.calendar import Calendar
from ganzoo.training.plan import Plan
from ganzoo.training.play import play_round
from ganzoo.training.run import Run

TRIED = 3


def show_plan(name: str, gan: GAN, data: Data, plan: Plan) -> None:
    """Print config, data, plan, players, parameter counts, and an estimate from a few rounds that are thrown away."""
    import copy
    import time

    run = Run(copy.deepcopy(gan), data, plan)
    phases = Calendar(gan.phases(), plan.rounds, run.player_names)
    click.echo(f"{name}: {type(gan).__name__}({_arguments(gan.config)})")
    click.echo(f"data       {json.dumps(data.spec.to_json())}")
    starts = [0, *phases.ends[:-1]]
    for phase, start, end in zip(phases.phases, starts, phases.ends, strict=True):
        click.echo(f"phase      {phase.name}: rounds {start} to {end}")
    for seat in run.seats.values():
        settings = ", ".join(
            f"{k}={v}" for k, v in seat.optimizer.defaults.items() if isinstance(v, (int, float, tuple))
        )
        count = sum(parameter.numel() for parameter in seat.parameters)
        parts = f" in {seat.accumulate} parts" if seat.accumulate > 1 else ""
        click.echo(f"player     {seat.name}: {count:,} parameters, {seat.steps} turn(s) of {seat.batch_size}{parts}")
        click.echo(f"           {type(seat.optimizer).__name__}({settings})")
    for label, component in (
        ("loss", plan.loss),
        *(("penalty", p) for p in plan.penalties),
        *(("technique", t) for t in plan.techniques),
    ):
        if component is not None:
            click.echo(
                f"{label:<10} {component['name']}({_arguments({k: v for k, v in component.items() if k != 'name'})})"
            )
    run.calendar.begin(run)
    play_round(run)
    started = time.monotonic()
    for _ in range(TRIED):
        play_round(run)
    seconds = (time.monotonic() - started) / TRIED
    minutes = seconds * plan.rounds / 60
    click.echo(
        f"estimate   {minutes:.1f} minutes for {plan.rounds} rounds, at {1 / seconds:.1f} rounds/s as in the first"
    )


def _arguments(settings: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value!r}" for key, value in settings.items())

"""`ganzoo train` and `ganzoo resume`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ganzoo.cli.choices import Choices, read
from ganzoo.cli.plugin_files import with_plugin_files
from ganzoo.core import entries, registry
from ganzoo.errors import ConfigError, RunDirectoryError
from ganzoo.hub.published import is_recipe


def running_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command that plays rounds."""
    for option in (
        click.option(
            "--stop-at", type=int, help="Stop after this round with a checkpoint; go on with `ganzoo resume`."
        ),
        click.option("--device", help="cpu, cuda, cuda:1 or mps.  [default: cuda if there is one, else cpu]"),
        click.option("--threads", type=click.IntRange(min=1), help="Threads on the CPU."),
        click.option("--quiet", is_flag=True, help="No progress bar."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("name")
@click.option(
    "--data", "data_name", default="digits", show_default=True, help="A data set, or a path to images (./photos)."
)
@click.option("--out", type=click.Path(path_type=Path), help="Run directory.  [default: runs/NAME-DATA]")
@click.option("--rounds", type=int, help="Length of the run; phases and schedules share it.")
@click.option("--batch-size", type=int, help="Items per player's turn.")
@click.option("--seed", default=0, show_default=True, help="Of every random stream.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="A constructor argument; or dotted, of: data, loss, latent, a penalty, a technique, a player or all.",
)
@click.option("--loss", help="An adversarial loss.")
@click.option("--penalty", "penalties", multiple=True, help="Repeatable; 'none' for none.")
@click.option("--technique", "techniques", multiple=True, help="Repeatable; 'none' for none.")
@click.option("--ema", help="Decay of the average of the weights per round, or 'none'.")
@click.option("--image-size", type=int, help="Short for --set data.image_size=...")
@click.option("--log-every", default=50, show_default=True, help="Rounds between two lines of metrics.")
@click.option("--samples-every", type=int, help="Rounds between two pictures.  [default: a tenth of the run]")
@click.option("--checkpoint-every", type=int, help="Rounds between two checkpoints.  [default: a tenth of the run]")
@click.option("--keep", default=3, show_default=True, help="Checkpoints kept.")
@click.option("--overwrite", is_flag=True, help="Start anew in a directory that holds a run.")
@click.option("--dry-run", is_flag=True, help="Print the plan and stop.")
@running_options
@click.pass_context
def train(
    context: click.Context,
    name: str,
    data_name: str,
    out: Path | None,
    dry_run: bool,
    seed: int,
    settings: tuple[str, ...],
    **options: Any,
) -> None:
    """Train the architecture or recipe NAME, or the published model whose recipe is in the folder NAME."""
    if is_recipe(name):
        from ganzoo.cli.published import train_published

        train_published(Path(name), context, {"out": out, **options})
        return
    choices = Choices.of([*settings, *([f"data.image_size={options['image_size']}"] if options["image_size"] else [])])
    found = registry.find((entries.Architecture, entries.Recipe), name)

    from ganzoo.creation import architecture_of, create, load_architecture
    from ganzoo.data.loading import dataset_factory, load_data
    from ganzoo.training.loop import train as play
    from ganzoo.training.plan import settle

    config = choices.config(load_architecture(architecture_of(name)[0]), what=name)
    data_settings = read(dataset_factory(data_name), choices.take("data"), what=f"data set {data_name}")
    device = prepare_machine(options["device"], options["threads"])
    data = load_data(data_name, **data_settings)
    gan = create(name, data=data, seed=seed, **config)
    chosen = _chosen(choices, gan, options)
    rounds = gan.defaults.rounds if options["rounds"] is None else options["rounds"]
    every = {
        key: max(1, rounds // 10) if options[key] is None else options[key]
        for key in ("samples_every", "checkpoint_every")
    }
    common = {
        **chosen,
        **every,
        "rounds": rounds,
        "seed": seed,
        "log_every": options["log_every"],
        "keep": options["keep"],
    }
    if dry_run:
        from ganzoo.cli.dry_run import show_plan

        show_plan(name, gan, data, settle(gan, batch_size=options["batch_size"], **common))
        return
    out = out or Path("runs") / f"{found.entry.name}-{data.spec.name}"
    play(
        gan,
        data,
        batch_size=options["batch_size"],
        out=out,
        stop_at=options["stop_at"],
        overwrite=options["overwrite"],
        device=device,
        progress=_shown(options["quiet"]),
        **common,
    )
    report(out, options["stop_at"], rounds)


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@running_options
def resume(directory: Path, stop_at: int | None, device: str | None, threads: int | None, quiet: bool) -> None:
    """Go on with the run in DIRECTORY from its last checkpoint."""
    chosen = prepare_machine(device, threads)
    from ganzoo.training.resuming import resume as go_on

    rounds = go_on(directory, stop_at=stop_at, device=chosen, progress=_shown(quiet))
    report(directory, stop_at, rounds)


def _chosen(choices: Choices, gan: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Loss, penalties, techniques and players as components with the settings that were given for them."""
    from ganzoo.game import Player
    from ganzoo.training.seat import optimizer_settings

    def components(kind: type[entries.Entry], names: tuple[str, ...], default: Any) -> list[dict[str, Any]]:
        chosen = [] if names == ("none",) else list(names) or list(default)
        return [choices.component(kind, component) for component in chosen]

    defaults = gan.defaults
    loss = options["loss"]
    if loss is not None or any(key.startswith("loss.") for key in choices.texts):
        loss = choices.component(entries.Loss, loss or defaults.loss, "loss")
    penalties = components(entries.Penalty, options["penalties"], defaults.penalties)
    techniques = components(entries.Technique, options["techniques"], defaults.techniques)
    own = [player for phase in gan.phases() for player in phase.players or () if isinstance(player, Player)]
    everyone = {player.name: player for player in [*gan.players(), *own]}
    players = {
        name: settings
        for name, player in everyone.items()
        if (settings := choices.player(name, optimizer_settings(gan, player, {})))
    }
    if shared := choices.player("all", optimizer_settings(gan, next(iter(everyone.values())), {})):
        players["all"] = shared
    choices.finish(["data", "loss", "latent", *[_short(c) for c in (*penalties, *techniques)], *everyone, "all"])
    return {
        "loss": loss,
        "penalties": penalties,
        "techniques": techniques,
        "players": players,
        "ema": _ema(options["ema"]),
    }


def _short(component: dict[str, Any]) -> str:
    return str(component["name"]).rsplit(".", 1)[-1]


def _ema(text: str | None) -> float | str | None:
    if text is None:
        return "default"
    try:
        return None if text.lower() == "none" else float(text)
    except ValueError:
        raise ConfigError(f"--ema {text!r} is neither a number nor 'none'") from None


def _shown(quiet: bool) -> bool:
    return not quiet and sys.stderr.isatty()


def prepare_machine(device: str | None, threads: int | None) -> str:
    """The device to use, checked; sets the number of threads. Raises: ConfigError for a device that is not there."""
    import torch

    if threads is not None:
        torch.set_num_threads(threads)
    if device is None:
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise ConfigError(
            f"the device {device!r} cannot be used: {str(error).splitlines()[0]}", hint="--device cpu"
        ) from None
    return device


def report(out: Path, stop_at: int | None, rounds: int) -> None:
    """Say where things are."""
    from ganzoo.training.run_directory import RunDirectory

    directory = RunDirectory(out)
    if stop_at is not None and stop_at < rounds:
        command = with_plugin_files(f"ganzoo resume {out}")
        click.echo(f"stopped after round {stop_at} of {rounds}; go on with: {command}")
        return
    if not directory.model.is_dir():
        raise RunDirectoryError(f"{out} has no finished model")
    click.echo(f"model    {directory.model}")
    if pictures := sorted(directory.samples.glob("*.png")):
        click.echo(f"samples  {pictures[-1]}")
    click.echo(f"metrics  {directory.metrics_file}")
    prefix = "" if out.is_absolute() else "./"
    click.echo("sample   " + with_plugin_files(f"ganzoo sample {prefix}{directory.model} 16"))

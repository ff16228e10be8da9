"""`ganzoo interpolate`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("model")
@click.option("--seeds", default="0,1,2,3", show_default=True, help="Comma-separated; neighbours are joined.")
@click.option("--steps", default=8, show_default=True, type=click.IntRange(min=2), help="Samples per stretch.")
@click.option("--space", type=click.Choice(["z", "w", "w+"]), default="z", show_default=True, help="w: of styles.")
@click.option("--label", type=int, help="Class, for conditional models.")
@click.option("--truncation", type=float, help="Pull latents towards the bulk of their prior.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("interpolation.png"),
    show_default=True,
    help="A .png for a strip, a .gif or .mp4 for a film, a .npy for the numbers.",
)
@click.option("--frames-per-second", default=15.0, show_default=True, help="Of a film.")
@click.option("--device", help="cpu, cuda or mps.")
def interpolate(
    model: str,
    seeds: str,
    steps: int,
    space: str,
    label: int | None,
    truncation: float | None,
    out: Path,
    frames_per_second: float,
    device: str | None,
) -> None:
    """Walk through the latent space of MODEL: ./folder, owner/repo of the Hub, or bundled:name."""
    from ganzoo.cli.numbers import whole_numbers
    from ganzoo.cli.output import write_samples
    from ganzoo.cli.train import prepare_machine
    from ganzoo.exploration.interpolation import interpolate as walk
    from ganzoo.films import ENDINGS, save_film
    from ganzoo.hub.loading import load

    gan = load(model, device=prepare_machine(device, None))
    samples = walk(
        gan,
        seeds=whole_numbers(seeds, "--seeds"),
        steps=steps,
        label=label,
        space=space,  # type: ignore[arg-type]
        truncation=truncation,
    )
    if out.suffix in ENDINGS:
        save_film(samples, out, frames_per_second=frames_per_second)
        click.echo(f"a film of {len(samples)} samples: {out}")
    else:
        write_samples(samples, gan, out, columns=steps)

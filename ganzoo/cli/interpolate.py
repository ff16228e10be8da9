"""`ganzoo interpolate`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("model")
@click.option("--seeds", default="0,1,2,3", show_default=True, help="Comma-separated; neighbours are joined.")
@click.option("--steps", default=8, show_default=True, type=click.IntRange(min=2), help="Samples per stretch.")
@click.option("--label", type=int, help="Class, for conditional models.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("interpolation.png"),
    show_default=True,
    help="A .png for a picture, a .npy for the numbers.",
)
@click.option("--device", help="cpu, cuda or mps.")
def interpolate(model: str, seeds: str, steps: int, label: int | None, out: Path, device: str | None) -> None:
    """Walk through the latent space of MODEL: ./folder, owner/repo of the Hub, or bundled:name."""
    from ganzoo.cli.numbers import whole_numbers
    from ganzoo.cli.output import write_samples
    from ganzoo.cli.train import prepare_machine
    from ganzoo.hub.loading import load
    from ganzoo.interpolation import interpolate as walk

    gan = load(model, device=prepare_machine(device, None))
    samples = walk(gan, seeds=whole_numbers(seeds, "--seeds"), steps=steps, label=label)
    write_samples(samples, gan, out, columns=steps)

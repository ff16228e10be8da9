"""`ganzoo project`, `directions`, `mix` and `truncate`: pictures of a model's latent space."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def picture(name: str) -> Callable[[Any], Any]:
    """The options that all of them have."""

    def add(command: Any) -> Any:
        for option in (
            click.option("--device", help="cpu, cuda or mps."),
            click.option("--label", type=int, help="Class, for conditional models."),
            click.option(
                "--out",
                type=click.Path(path_type=Path),
                default=Path(name),
                show_default=True,
                help="A .png for a picture, a .npy for the numbers.",
            ),
        ):
            command = option(command)
        return click.argument("model")(command)

    return add


def opened(model: str, device: str | None) -> Any:
    from ganzoo.cli.train import prepare_machine
    from ganzoo.hub.loading import load

    return load(model, device=prepare_machine(device, None))


@click.command()
@picture("projection.png")
@click.argument("image", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--space", type=click.Choice(["z", "w", "w+"]), help="[default: w where there are styles, else z]")
@click.option("--steps", default=400, show_default=True, type=click.IntRange(min=1), help="Of the search.")
@click.option("--seed", default=0, show_default=True, help="Of the search.")
def project(
    model: str, image: Path, space: Any, steps: int, seed: int, label: int | None, out: Path, device: str | None
) -> None:
    """Find the latent code of MODEL whose sample is closest to IMAGE, which is cropped to the model's shape.

    The picture shows the image and what was found.
    """
    import torch

    from ganzoo.cli.output import write_samples
    from ganzoo.data.image_decoding import load_image
    from ganzoo.exploration import projection

    gan = opened(model, device)
    channels, *size = projection.image_shape(gan)
    target = load_image(image, channels, (size[0], size[1]))
    with click.progressbar(length=steps, label="projecting") as bar:
        found = projection.project(
            gan, target, space=space, steps=steps, seed=seed, label=label, report=lambda step: bar.update(1)
        )
    write_samples(torch.stack([target.to(found.image), found.image]), gan, out, columns=2)
    click.echo(f"peak signal-to-noise ratio: {found.psnr:.1f} dB")


@click.command()
@picture("directions.png")
@click.option("--count", default=8, show_default=True, type=click.IntRange(min=1), help="Directions, one per row.")
@click.option("--amounts", default="-3,-1.5,0,1.5,3", show_default=True, help="How far along each.")
@click.option("--space", type=click.Choice(["z", "w"]), help="[default: w where there are styles, else z]")
@click.option("--layers", help="Styles that are moved, such as 0,1,2.  [default: all]")
@click.option("--seed", default=0, show_default=True, help="Of the sample that is moved.")
def directions(
    model: str,
    count: int,
    amounts: str,
    space: Any,
    layers: str | None,
    seed: int,
    label: int | None,
    out: Path,
    device: str | None,
) -> None:
    """Move a sample of MODEL along the directions that its generator takes up most (SeFa, in closed form)."""
    from ganzoo.cli.numbers import numbers, whole_numbers
    from ganzoo.cli.output import write_samples
    from ganzoo.exploration.directions import directions as found_in
    from ganzoo.exploration.directions import edits

    gan, steps = opened(model, device), numbers(amounts, "--amounts")
    chosen = None if layers is None else whole_numbers(layers, "--layers")
    found = found_in(gan, count=count, space=space, layers=chosen)
    write_samples(edits(gan, found, seed=seed, amounts=steps, label=label), gan, out, columns=len(steps))
    click.echo("strengths: " + ", ".join(f"{value:.3g}" for value in found.strengths.tolist()))


@click.command()
@picture("mixing.png")
@click.option("--rows", default="0,1,2,3", show_default=True, help="Seeds of the samples that are changed.")
@click.option("--columns", default="10,11,12,13,14", show_default=True, help="Seeds of those that styles come from.")
@click.option("--layers", help="Styles that are taken, such as 4,5,6,7.  [default: the finer half]")
@click.option("--truncation", type=float, help="Pull styles towards their mean.")
def mix(
    model: str,
    rows: str,
    columns: str,
    layers: str | None,
    truncation: float | None,
    label: int | None,
    out: Path,
    device: str | None,
) -> None:
    """Mix the styles of samples of MODEL: each row's sample with some styles of each column's."""
    from ganzoo.cli.numbers import whole_numbers
    from ganzoo.cli.output import write_samples
    from ganzoo.exploration import mixing

    gan, left, top = opened(model, device), whole_numbers(rows, "--rows"), whole_numbers(columns, "--columns")
    chosen = None if layers is None else whole_numbers(layers, "--layers")
    sheet = mixing.mix(gan, rows=left, columns=top, layers=chosen, label=label, truncation=truncation)
    write_samples(sheet, gan, out, columns=1 + len(top))


@click.command()
@picture("truncation.png")
@click.option("--truncations", default="0.25,0.5,0.75,1", show_default=True, help="One per row.")
@click.option("--samples", default=8, show_default=True, type=click.IntRange(min=1), help="Per row.")
@click.option("--seed", default=0, show_default=True, help="Column i is sample i of this seed.")
def truncate(
    model: str, truncations: str, samples: int, seed: int, label: int | None, out: Path, device: str | None
) -> None:
    """Draw the same samples of MODEL at several truncations, from tame to diverse."""
    from ganzoo.cli.numbers import numbers
    from ganzoo.cli.output import write_samples
    from ganzoo.exploration.truncation import truncation_sweep

    gan, rows = opened(model, device), numbers(truncations, "--truncations")
    drawn = truncation_sweep(gan, truncations=rows, n=samples, seed=seed, label=label)
    write_samples(drawn, gan, out, columns=samples)

"""`ganzoo sample`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("model")
@click.argument("n", default=16, type=click.IntRange(min=0))
@click.option("--seed", default=0, show_default=True, help="Sample i depends on (seed, i) alone.")
@click.option("--label", "labels", type=int, multiple=True, help="Class, for conditional models; repeatable.")
@click.option("--truncation", type=float, help="Pull latents towards the bulk of their prior.")
@click.option("--source", help="A folder of images to translate, for models that do.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("samples.png"),
    show_default=True,
    help="A .png for a picture, a .npy for the numbers.",
)
@click.option("--device", help="cpu, cuda or mps.")
@click.option("--batch-size", type=click.IntRange(min=1), help="Samples per forward pass.")
def sample(
    model: str,
    n: int,
    seed: int,
    labels: tuple[int, ...],
    truncation: float | None,
    source: str | None,
    out: Path,
    device: str | None,
    batch_size: int | None,
) -> None:
    """Draw N samples from MODEL: ./folder, owner/repo of the Hub, or bundled:name."""
    import torch

    from ganzoo.cli.output import write_samples
    from ganzoo.cli.train import prepare_machine
    from ganzoo.data.loading import load_data
    from ganzoo.hub.loading import load

    gan = load(model, device=prepare_machine(device, None))
    chosen = None if not labels else labels[0] if len(labels) == 1 else [labels[i % len(labels)] for i in range(n)]
    images = None
    if source is not None:
        spec = gan.data
        channels = None if spec is None else spec.source_channels or spec.channels
        settings = {"image_size": spec.image_size, "channels": channels} if spec is not None else {}
        images = load_data(source, **settings).first(max(n, 1))["x"].to(gan.device)
    with torch.inference_mode():
        samples = gan.sample(n, seed=seed, labels=chosen, truncation=truncation, source=images, batch_size=batch_size)
    write_samples(samples, gan, out)

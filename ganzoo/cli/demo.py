"""`ganzoo demo`: the whole way from real digits to samples of a loaded model."""

from __future__ import annotations

import time
from pathlib import Path

import click

SAMPLES = 1000


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="Where everything goes."
)
@click.option("--rounds", type=click.IntRange(min=1), help="Length of the training.")
@click.option("--seed", default=0, show_default=True, help="Of every random stream.")
def demo(out: Path, rounds: int | None, seed: int) -> None:
    """Sample a model that ships with the package; then train one like it on real handwritten digits on the CPU, save
    it, load it back, sample it, and judge the samples."""
    import torch

    torch.set_num_threads(1)  # networks this small gain nothing from a second thread, and lose much on a busy machine
    import ganzoo
    from ganzoo import pictures
    from ganzoo.metrics.judges import ACCEPTANCE, load_judge
    from ganzoo.metrics.memorisation import memorisation
    from ganzoo.training.run_directory import RunDirectory

    started = time.monotonic()
    data, held_out = ganzoo.load_data("digits", image_size=16), ganzoo.load_data("digits", image_size=16, split="test")
    gan = ganzoo.create("dcgan-digits", data=data, seed=seed)
    judge = load_judge("digits")

    def accepted(images: torch.Tensor) -> float:
        return float(judge.accepts(images).double().mean())

    bundled = ganzoo.load("bundled:dcgan-digits")
    pictures.save(pictures.grid(bundled.sample(pictures.IMAGES, seed=1)), out / "bundled.png")
    click.echo(f"64 samples of {bundled.source}, which ships with the package: {out / 'bundled.png'}\n")

    untrained = accepted(gan.sample(SAMPLES, seed=1))
    length = rounds or gan.defaults.rounds
    click.echo(f"training DCGAN on {data.spec.size} digits of {data.spec.image_size} pixels for {length} rounds")
    run = RunDirectory(out)
    ganzoo.train(
        gan,
        data,
        rounds=length,
        seed=seed,
        out=out,
        overwrite=run.config_file.exists(),
        samples_every=max(1, length // 8),
        checkpoint_every=max(1, length // 4),
        progress=True,
    )
    trained = time.monotonic() - started

    loaded = ganzoo.load(run.model.resolve())
    samples = loaded.sample(SAMPLES, seed=1)
    probabilities = judge.probabilities(samples)
    shares = torch.bincount(probabilities.argmax(dim=1), minlength=10).double() / SAMPLES
    noise = torch.rand(samples.shape, generator=torch.Generator().manual_seed(0)) * 2 - 1
    copied = memorisation(samples, data.first(data.spec.size)["x"])
    pictures.save(pictures.grid(samples[: pictures.IMAGES]), out / "samples.png")
    pictures.save(pictures.film(sorted(run.samples.glob("*.png"))), out / "over-time.png")
    pictures.save(pictures.curves(run.read_metrics()), out / "losses.png")

    click.echo(f"\nthe {judge.label} takes for a digit, with a probability of at least {ACCEPTANCE}:")
    for label, share in (
        ("samples of the loaded model", accepted(samples)),
        ("real digits that it has not seen", accepted(held_out.first(SAMPLES)["x"])),
        ("samples before training", untrained),
        ("noise", accepted(noise)),
    ):
        click.echo(f"  {label:<34} {share:7.1%}")
    click.echo(
        "share of each digit among the samples: " + "  ".join(f"{d} {s:.1%}" for d, s in enumerate(shares.tolist()))
    )
    click.echo(f"samples suspiciously close to a training image: {copied:.1%}")
    click.echo(f"\ntrained in {trained:.0f} s, everything in {time.monotonic() - started:.0f} s")
    for label, path in (
        ("samples", out / "samples.png"),
        ("how they came about", out / "over-time.png"),
        ("losses", out / "losses.png"),
        ("model", run.model),
        ("metrics", run.metrics_file),
    ):
        click.echo(f"  {label:<20} {path}")
    click.echo(
        f"\nmore samples: ganzoo sample ./{run.model} 16"
        if not out.is_absolute()
        else f"\nmore samples: ganzoo sample {run.model} 16"
    )

"""Writing samples where the user asked for them."""

from __future__ import annotations

from pathlib import Path

import click
from torch import Tensor

from ganzoo import pictures
from ganzoo.errors import ConfigError
from ganzoo.files import write_whole
from ganzoo.gan import GAN


def write_samples(samples: Tensor, gan: GAN, out: Path, *, columns: int | None = None) -> None:
    """Write a picture (.png) or the numbers (.npy), and say where. Raises: ConfigError, DataError, WriteError."""
    if out.suffix == ".npy":
        import numpy

        def save_numbers(path: Path) -> None:
            with open(path, "wb") as file:
                numpy.save(file, samples.cpu().numpy(), allow_pickle=False)

        write_whole(out, save_numbers)
    elif out.suffix == ".png":
        drawn = pictures.grid(samples, columns=columns) if samples.ndim == 4 else pictures.of_samples(samples, gan.data)
        pictures.save(drawn, out)
    else:
        raise ConfigError(f"--out {out} has no known ending", hint="use .png for a picture or .npy for the numbers")
    click.echo(f"{len(samples)} samples: {out}")

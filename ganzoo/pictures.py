"""Pictures of samples and runs: grids of images, scatter plots of points, films over time, curves of losses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ganzoo.core.data_spec import DataSpec
from ganzoo.data import Data
from ganzoo.errors import DataError
from ganzoo.files import write_whole
from ganzoo.gan import GAN

if TYPE_CHECKING:
    from PIL.Image import Image

SMALLEST_TILE = 64
PADDING = 2
IMAGES, POINTS, TRANSLATED = 64, 2000, 8


def save(image: Image, path: Path) -> None:
    """Write a PNG whole or not at all. Raises: WriteError."""
    write_whole(path, lambda temporary: image.save(temporary, format="PNG"))


def of_samples(samples: Tensor, spec: DataSpec | None, *, real: Tensor | None = None) -> Image:
    """A picture of samples: a grid of images (n, C, H, W) in [-1, 1], or a scatter plot of points (n, 2 or more).

    Args:
        real: points of the data, drawn beneath.

    Raises: DataError for what has no picture.
    """
    if samples.ndim == 4:
        return grid(samples)
    if samples.ndim == 2 and samples.shape[1] >= 2 and samples.is_floating_point():
        return scatter(samples, real=real)
    name = "samples" if spec is None else f"samples of {spec.name!r} ({spec.modality})"
    raise DataError(f"{name} of shape {list(samples.shape[1:])} have no picture", hint="a .npy file holds the numbers")


def of_model(gan: GAN, data: Data, *, seed: int) -> Image:
    """What a model makes of fixed latents, or of the first images of the data if it translates.

    Raises: NotSamplable, DataError.
    """
    if gan.translates:
        source = data.sources(TRANSLATED)
        rows = [source, gan.sample(len(source), source=source, seed=seed)]
        alike = rows[0].shape[1] == rows[1].shape[1]
        return grid(torch.cat(rows if alike else [_coloured(row) for row in rows]), columns=len(source))
    if data.spec.modality == "points":
        return of_samples(gan.sample(POINTS, seed=seed), data.spec, real=data.first(POINTS)["x"])
    return of_samples(gan.sample(IMAGES, seed=seed), data.spec)


def grid(images: Tensor, *, columns: int | None = None) -> Image:
    """A sheet of images (n, C, H, W) in [-1, 1], row by row; small ones are enlarged without smoothing."""
    from PIL import Image as pillow

    n, channels, height, width = images.shape
    columns = columns or max(1, math.ceil(math.sqrt(n)))
    scale = max(1, math.ceil(SMALLEST_TILE / max(height, width)))
    pixels = ((images.detach().float().cpu().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    pixels = pixels.repeat_interleave(scale, 2).repeat_interleave(scale, 3)
    height, width = height * scale + PADDING, width * scale + PADDING
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}.get(channels)
    if mode is None:
        raise DataError(f"images of {channels} channels have no picture", hint="draw 1, 2, 3 or 4 channels of them")
    sheet = pillow.new(mode, (columns * width + PADDING, max(1, math.ceil(n / columns)) * height + PADDING))
    for index, tile in enumerate(pixels):
        array = tile[0].numpy() if channels == 1 else tile.permute(1, 2, 0).contiguous().numpy()
        row, column = divmod(index, columns)
        sheet.paste(pillow.fromarray(array), (PADDING + column * width, PADDING + row * height))
    return sheet


def _coloured(images: Tensor) -> Tensor:
    """Images of any channels as (n, 3, H, W), without their alpha."""
    return images[:, :1].expand(-1, 3, -1, -1) if images.shape[1] < 3 else images[:, :3]


def scatter(points: Tensor, *, real: Tensor | None = None) -> Image:
    """The first two numbers of points (n, features), over those of real data."""
    figure, axes = _figure(5, 5)
    if real is not None:
        shown = real[:, :2].cpu().numpy()
        axes.scatter(shown[:, 0], shown[:, 1], s=2, c="#c8c8c8", label="data")
        low, high = shown.min(), shown.max()
        margin = 0.25 * (high - low)
        axes.set(xlim=(low - margin, high + margin), ylim=(low - margin, high + margin))
    shown = points[:, :2].detach().cpu().numpy()
    axes.scatter(shown[:, 0], shown[:, 1], s=2, c="#d1495b", alpha=0.6, label="samples")
    axes.legend(loc="upper right", markerscale=4)
    axes.set_aspect("equal")
    return _drawn(figure)


def film(sheets: Sequence[Path], *, images: int = IMAGES, shown: int = 8) -> Image:
    """The first images of each of several sheets, one row per sheet: how the same samples changed over time.

    Args:
        sheets: PNG files of `grid`, all of as many images, oldest first.
        images: on each sheet.
        shown: of them, at most a sheet's columns.

    Raises: DataError if there are no sheets.
    """
    from PIL import Image as pillow

    if not sheets:
        raise DataError("there are no sample pictures to make a film of", hint="train with --samples-every")
    columns = math.ceil(math.sqrt(images))
    rows = []
    for file in sheets:
        with pillow.open(file) as sheet:
            tile = (sheet.width - PADDING) // columns, (sheet.height - PADDING) // math.ceil(images / columns)
            rows.append(sheet.crop((0, 0, min(shown, columns) * tile[0] + PADDING, tile[1] + PADDING)))
    strip = pillow.new(rows[0].mode, (rows[0].width, sum(row.height - PADDING for row in rows) + PADDING))
    top = 0
    for row in rows:
        strip.paste(row, (0, top))
        top += row.height - PADDING
    return strip


def curves(lines: Sequence[Mapping[str, Any]]) -> Image:
    """The losses of a run over its rounds, one panel per player.

    Args:
        lines: of metrics.jsonl.

    Raises: DataError if they hold no losses.
    """
    names = sorted({name for line in lines for name in line if "/" in name})
    players = sorted({name.split("/")[0] for name in names})
    if not players:
        raise DataError("the metrics hold no losses yet", hint="train for at least --log-every rounds")
    figure, panels = _figure(7, 2.6 * len(players), rows=len(players))
    for player, axes in zip(players, panels if len(players) > 1 else [panels], strict=True):
        for name in (name for name in names if name.startswith(f"{player}/")):
            shown = [(line["round"], line[name]) for line in lines if name in line]
            axes.plot([round for round, _ in shown], [loss for _, loss in shown], label=name.split("/", 1)[1])
        axes.set_title(player, loc="left")
        axes.legend(loc="upper right")
        axes.grid(alpha=0.3)
    axes.set_xlabel("round")
    return _drawn(figure)


def _figure(width: float, height: float, *, rows: int = 1) -> Any:
    """A figure of `width` x `height` inches, with fixed margins: to fit them takes longer than all the rest."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=120)
    edges = {"left": 0.75 / width, "right": 1 - 0.3 / width, "bottom": 0.5 / height, "top": 1 - 0.45 / height}
    panels = figure.subplots(rows, sharex=True, gridspec_kw={**edges, "hspace": 0.25})
    for axes in figure.axes:
        axes.ticklabel_format(axis="y", scilimits=(-3, 4))  # longer numbers would not be within the margins
    return figure, panels


def _drawn(figure: Any) -> Image:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image as pillow

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return pillow.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba()).convert("RGB")

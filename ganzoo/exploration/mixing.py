"""Style mixing: coarse styles of one sample, fine styles of another (arXiv:1812.04948, section 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.exploration.codes import Codes, draw_codes, render


def mix(
    gan: Any,
    *,
    rows: Sequence[int],
    columns: Sequence[int],
    layers: Sequence[int] | None = None,
    label: int | None = None,
    truncation: float | None = None,
) -> Tensor:
    """A sheet: each row's sample with the styles of some layers taken from each column's.

    Args:
        rows, columns: seeds.
        layers: places of 0 to num_styles - 1 that take the column's style; None takes the finer half.
        label, truncation: as in `draw_codes`.

    Returns: ((1 + rows) * (1 + columns), ...) samples, row by row; the first row and column are the sources, and the
    corner, which belongs to nobody, is of -1.
    Raises: NotSamplable for a model without styles, ConfigError.
    """
    sources = [draw_codes(gan, seeds, space="w+", label=label, truncation=truncation) for seeds in (rows, columns)]
    left, top = (render(gan, source) for source in sources)
    chosen = check_layers(gan, layers)
    sheet = [torch.full_like(top[:1], -1), top]
    for index in range(len(rows)):
        one = sources[0].rows(torch.full((len(columns),), index))
        sheet += [left[index : index + 1], render(gan, crossed(one, sources[1], chosen))]
    return torch.cat(sheet)


def crossed(first: Codes, second: Codes, layers: Sequence[int]) -> Codes:
    """The first points (N) with the second's (N) styles in some layers."""
    assert first.styles is not None and second.styles is not None
    styles = first.styles.clone()
    styles[:, list(layers)] = second.styles[:, list(layers)]
    return Codes("w+", first.latent, first.batch, styles)


def check_layers(gan: Any, layers: Sequence[int] | None) -> list[int]:
    """Layers that are there; None means the finer half. Raises: ConfigError."""
    count = gan.num_styles
    chosen = list(range(count // 2, count)) if layers is None else list(layers)
    strangers = [layer for layer in chosen if not 0 <= layer < count]
    if strangers or not chosen:
        raise ConfigError(f"there is no style {strangers or 'chosen'}", hint=f"the styles are 0 to {count - 1}")
    return chosen

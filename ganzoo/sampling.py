"""What sampling draws before the generator runs: latents and labels, each from (seed, index) alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.streams import derive


def draw_rows(n: int, seed: int, draw: Callable[[int, torch.Generator], dict[str, Tensor]]) -> dict[str, Tensor]:
    """n rows of every part of a latent on the CPU; row i depends on (seed, i) alone, bit for bit."""
    rng = torch.Generator()
    rows = [draw(1, rng.manual_seed(derive(seed, "sample", i))) for i in range(n)]
    return {name: torch.cat([row[name] for row in rows]) for name in rows[0]} if rows else draw(0, rng)


def draw_labels(n: int, seed: int, class_counts: Sequence[int]) -> Tensor:
    """Labels (n,) int64 in proportion to the counts; label i depends on (seed, i) alone."""
    shares = torch.tensor(class_counts, dtype=torch.float64)
    edges = (shares / shares.sum()).cumsum(0)
    rng = torch.Generator()
    rows = [torch.rand(1, generator=rng.manual_seed(derive(seed, "label", i)), dtype=torch.float64) for i in range(n)]
    return torch.searchsorted(edges, torch.cat([*rows, torch.zeros(0, dtype=torch.float64)]), right=True)


def check_labels(n: int, labels: int | Sequence[int] | Tensor, num_classes: int) -> Tensor:
    """The labels asked for, as (n,) int64 on the CPU. Raises: ConfigError."""
    chosen = torch.as_tensor(labels, dtype=torch.int64).cpu()
    chosen = chosen.expand(n) if chosen.ndim == 0 else chosen
    if chosen.shape != (n,):
        raise ConfigError(f"{n} samples take one label or {n} of them, not {tuple(chosen.shape)}")
    strangers = sorted({label for label in chosen.tolist() if not 0 <= label < num_classes})
    if strangers:
        raise ConfigError(f"there is no class {', '.join(map(str, strangers))}: labels are 0 to {num_classes - 1}")
    return chosen


def check_source(gan: Any, n: int, source: Tensor | None) -> Tensor:
    """The first n images of a source (N, C, H, W) in [-1, 1]. Raises: NotSamplable, ConfigError."""
    name, channels = type(gan).__name__, gan.source_channels
    if channels is None:
        raise NotSamplable(f"{name} makes samples from nothing and takes no source")
    if source is None:
        raise NotSamplable(
            f"{name} translates images: it needs a source",
            hint="sample(n, source=images), or ganzoo sample MODEL --source ./images",
        )
    if not source.is_floating_point() or source.ndim != 4 or source.shape[1] != channels:
        raise ConfigError(
            f"the source has the shape {tuple(source.shape)} and the type {source.dtype}: "
            f"(N, {channels}, H, W) and torch.float32 in [-1, 1] are needed",
            hint="images / 127.5 - 1 for uint8; images.expand(-1, 3, -1, -1) for grey ones",
        )
    if n > len(source):
        raise ConfigError(f"n={n}: at most the {len(source)} images of the source can be translated")
    return source[:n]

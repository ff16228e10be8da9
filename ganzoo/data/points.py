"""What the generated point sets share: random numbers per item, and the spec of a cloud of points."""

from __future__ import annotations

import math

import numpy as np
import torch

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.tensor_data import TensorData
from ganzoo.errors import ConfigError


def item_rng(seed: int, *names: int) -> np.random.Generator:
    """A generator of one kind of number; drawn row by row, item i gets the same for every size of the set."""
    if seed < 0:
        raise ConfigError(f"seed={seed}: a seed is 0 or more")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *names])))


def check(*, size: int, **lengths: float) -> None:
    """Raises ConfigError for an empty set, and for lengths (name=value) that are negative or not finite."""
    if size < 1:
        raise ConfigError(f"size={size}: at least 1 point is needed")
    for name, value in lengths.items():
        if not 0 <= value < math.inf:
            raise ConfigError(f"{name}={value}: it must be finite and at least 0")


def point_data(
    name: str, points: np.ndarray, modes: np.ndarray | None = None, num_modes: int | None = None
) -> TensorData:
    """Data of points (N, features), labelled with their mode if there are several."""
    x = torch.from_numpy(points.astype(np.float32))
    fields = {"x": x}
    counts = None
    if modes is not None:
        fields["y"] = torch.from_numpy(modes.astype(np.int64))
        counts = tuple(torch.bincount(fields["y"], minlength=num_modes or 0).tolist())
    spec = DataSpec(
        name=name,
        modality="points",
        size=len(x),
        value_range=(math.floor(float(x.min()) * 10) / 10, math.ceil(float(x.max()) * 10) / 10),
        features=x.shape[1],
        num_classes=num_modes,
        class_names=None if num_modes is None else tuple(str(mode) for mode in range(num_modes)),
        class_counts=counts,
    )
    return TensorData(spec, {"x": fields})


def mixture(
    name: str, centres: np.ndarray, *, std: float, size: int, seed: int, shares: np.ndarray | None = None
) -> TensorData:
    """A mixture of round Gaussians at `centres` (modes, features), equally likely or by `shares` that sum to 1."""
    check(size=size, std=std)
    modes = len(centres)
    edges = np.cumsum(np.full(modes, 1 / modes) if shares is None else shares)
    chosen = np.minimum(np.searchsorted(edges, item_rng(seed, 0).random(size), side="right"), modes - 1)
    noise = item_rng(seed, 1).standard_normal((size, centres.shape[1]))
    return point_data(name, centres[chosen] + std * noise, chosen, modes)

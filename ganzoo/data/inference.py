"""What tensors from Python are: their names in a batch, and the spec of the set that they come from."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.data import Batch
from ganzoo.errors import DataError

FORMS = "give a tensor, a pair (x, labels), or a dict such as {'x': images, 'y': labels}"


def as_fields(batch: Any) -> Batch:
    """Named tensors from x, (x,), (x, y) or a mapping; floats as float32, "y" as int64.

    Raises: DataError for anything else.
    """
    if isinstance(batch, Tensor | np.ndarray):
        batch = {"x": batch}
    elif isinstance(batch, list | tuple) and 1 <= len(batch) <= 2:
        batch = dict(zip(("x", "y"), batch, strict=False))
    if not isinstance(batch, Mapping) or "x" not in batch:
        raise DataError(f"a batch is a {type(batch).__name__} without 'x'", hint=FORMS)
    fields = {}
    for name, value in batch.items():
        if not isinstance(value, Tensor | np.ndarray):
            raise DataError(f"{name!r} of a batch is a {type(value).__name__}, not a tensor", hint=FORMS)
        value = torch.as_tensor(value)
        fields[name] = value.float() if value.is_floating_point() else value
    if "y" in fields:
        fields["y"] = as_labels(fields["y"], len(fields["x"]))
    return fields


def as_labels(y: Tensor, n: int) -> Tensor:
    """Labels (n,) int64. Raises DataError for another shape, and for fractions."""
    if y.shape != (n,) or y.is_floating_point():
        raise DataError(f"labels are integers of shape ({n},), not {y.dtype} of shape {tuple(y.shape)}")
    return y.long()


def infer_spec(
    fields: Batch, *, name: str, size: int, num_classes: int | None = None, vocabulary: int | None = None
) -> DataSpec:
    """The spec of a set that holds such tensors.

    (N, C, H, W) are images, and with images "source" of their size pairs; (N, features) floats are points; (N, length)
    int64 are tokens, where a vocabulary is given.

    Labels of unknown classes are warned about; a spec without classes means that they are left out of batches.
    Raises: DataError for other shapes, for images outside [-1, 1], and for values that are not finite.
    """
    x = fields["x"]
    if not len(x):
        raise DataError("the first batch is empty")
    if x.is_floating_point() and not bool(x.isfinite().all()):
        raise DataError("x holds NaN or infinity")
    if "y" in fields and num_classes is None:
        warnings.warn(
            f"{name}: the labels are left out, for the number of classes is unknown; give num_classes=", stacklevel=2
        )
    common: dict[str, Any] = {"name": name, "size": size, "num_classes": num_classes if "y" in fields else None}
    if x.ndim == 4 and (x.is_floating_point() or x.dtype == torch.uint8):
        check_image(x)
        height, width = x.shape[2:]
        square = height if height == width else (height, width)
        if "source" not in fields:
            return DataSpec(modality="image", channels=x.shape[1], image_size=square, **common)
        channels = check_sources(fields["source"], x)
        return DataSpec(modality="pairs", channels=x.shape[1], source_channels=channels, image_size=square, **common)
    if x.ndim == 2 and x.is_floating_point():
        bounds = math.floor(float(x.min()) * 10) / 10, math.ceil(float(x.max()) * 10) / 10
        return DataSpec(modality="points", features=x.shape[1], value_range=bounds, **common)
    if x.ndim == 2 and x.dtype == torch.int64 and vocabulary is not None:
        check_tokens(x, vocabulary)
        return DataSpec(modality="tokens", vocabulary=vocabulary, length=x.shape[1], **common)
    raise DataError(
        f"x has the shape {tuple(x.shape)} and type {x.dtype}, which is neither images nor points",
        hint="images are (N, channels, height, width) floats in [-1, 1] or uint8, points (N, features) floats; "
        "for anything else give spec=, and for tokens (N, length) int64 also vocabulary=",
    )


def check_sources(source: Tensor, x: Tensor) -> int:
    """The channels of the images that are paired with x. Raises: DataError if they are no images of the same size."""
    if source.ndim != 4 or source.shape[2:] != x.shape[2:] or len(source) != len(x):
        raise DataError(f"'source' has the shape {tuple(source.shape)}, 'x' {tuple(x.shape)}: pairs are of one size")
    if not source.is_floating_point() and source.dtype != torch.uint8:
        raise DataError(f"'source' holds {source.dtype}: images are floats in [-1, 1] or uint8")
    check_image(source)
    return source.shape[1]


def check_tokens(x: Tensor, vocabulary: int) -> None:
    """Raises DataError for tokens outside [0, vocabulary)."""
    low, high = int(x.min()), int(x.max())
    if low < 0 or high >= vocabulary:
        raise DataError(f"tokens lie in [{low}, {high}], not in [0, {vocabulary})", hint="give a larger vocabulary")


def check_image(x: Tensor) -> None:
    """Raises DataError for channels in the wrong place and values out of range; warns about [0, 1]."""
    if not 1 <= x.shape[1] <= 4:
        last = 1 <= x.shape[3] <= 4
        raise DataError(
            f"images of shape {tuple(x.shape)} have {x.shape[1]} channels",
            hint="the channels come first; use x.permute(0, 3, 1, 2)" if last else "1 to 4 channels can be shown",
        )
    if x.dtype == torch.uint8:
        return
    low, high = float(x.min()), float(x.max())
    if low < -1.001 or high > 1.001:
        fix = "x / 127.5 - 1" if low >= 0 and high <= 255 else "transforms.Normalize(0.5, 0.5) on images in [0, 1]"
        raise DataError(f"images lie in [{low:.4g}, {high:.4g}], not in [-1, 1]", hint=f"use {fix}")
    if low >= 0 and high > 0.5 and x.numel() >= 256:
        warnings.warn(f"images lie in [{low:.3g}, {high:.3g}]; if white is 1 and black 0, use x * 2 - 1", stacklevel=2)


def class_count(source: Any) -> int | None:
    """The number of classes that a torch Dataset, or a loader of one, declares; None if it does not.

    Looks at `classes`, at `targets`, and at the second tensor of a TensorDataset.
    """
    dataset = getattr(source, "dataset", source)
    if getattr(dataset, "classes", None) is not None:
        return len(dataset.classes)
    labels = getattr(dataset, "targets", None)
    if labels is None and isinstance(dataset, torch.utils.data.TensorDataset) and len(dataset.tensors) == 2:
        labels = dataset.tensors[1]
    if labels is None:
        return None
    labels = torch.as_tensor(labels)
    return int(labels.max()) + 1 if labels.ndim == 1 and len(labels) and not labels.is_floating_point() else None


def checked(fields: Batch, spec: DataSpec, first: Batch) -> Batch:
    """The batch, like the first one, with labels only if the spec has classes.

    Raises: DataError if a field is missing, or its items have another shape.
    """
    for name, value in first.items():
        if name not in fields or fields[name].shape[1:] != value.shape[1:] or fields[name].ndim != value.ndim:
            found = tuple(fields[name].shape) if name in fields else "missing"
            raise DataError(f"{spec.name}: {name!r} is {found} in a later batch, {tuple(value.shape)} in the first")
    return {name: value for name, value in fields.items() if name != "y" or spec.num_classes is not None}

"""Data by name, by path, or as an object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ganzoo.core import components, entries, registry
from ganzoo.data.data import Data
from ganzoo.data.folder import folder
from ganzoo.data.iterable_data import IterableData
from ganzoo.errors import DataError


def load_data(source: Any, **settings: Any) -> Data:
    """A data set from whatever names it.

    Args:
        source: a registry name ("digits"), a component ({"name": "digits", "image_size": 16}), a path to images
            ("./photos", "../photos.zip", an absolute path, or a Path), a `Data`, a torch Dataset of known length, or
            any iterable of batches: float tensors, (x, y) pairs, or dicts with "x" and perhaps "y".
        settings: of the data set.

    Raises: the registry's errors, ConfigError, DataError.
    """
    if isinstance(source, Data):
        if settings:
            raise DataError(f"{', '.join(settings)} cannot be set on data that are loaded already")
        return source
    component = as_component(source)
    if component is not None:
        component = {**component, **settings}
        data = components.build(entries.Dataset, component)
        data.component = components.describe(entries.Dataset, component)
        return data
    if hasattr(source, "__getitem__") and hasattr(source, "__len__") and not isinstance(source, (list, tuple)):
        from ganzoo.data.stream_data import from_torch_dataset

        return from_torch_dataset(source, **settings)
    if isinstance(source, Iterable) and not settings:
        return IterableData(source)
    raise DataError(
        f"{type(source).__name__} is no data set", hint="give a name, a path, a torch Dataset, or an iterable of batches"
    )


def dataset_factory(source: str) -> Callable[..., Data]:
    """The function that makes a data set of this name or path, for reading its settings."""
    return folder if is_path(source) else registry.find(entries.Dataset, source).load()


def as_component(source: Any) -> dict[str, Any] | None:
    """The component that a name, path or mapping stands for; None for anything else."""
    if isinstance(source, Mapping) and "name" in source:
        return dict(source)
    if isinstance(source, Path) or (isinstance(source, str) and is_path(source)):
        return {"name": "folder", "path": str(source)}
    return {"name": source} if isinstance(source, str) else None


def is_path(text: str) -> bool:
    """Whether a text is a path and no name: "./x", "../x", "~/x", or absolute."""
    return text in (".", "..", "~") or text.startswith(("./", "../", "~/")) or Path(text).is_absolute()

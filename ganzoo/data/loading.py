"""One door to all data: names, paths, tensors, torch Datasets and iterables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from torch import Tensor
from torch.utils.data import Dataset, IterableDataset

from ganzoo.core import components, entries, registry
from ganzoo.data.data import Data
from ganzoo.data.folder import folder
from ganzoo.data.inference import as_fields, checked, infer_spec
from ganzoo.data.iterable_data import IterableData
from ganzoo.data.stream_data import StreamData
from ganzoo.data.tensor_data import TensorData
from ganzoo.errors import ConfigError, TargetError


def load_data(source: Any, **settings: Any) -> Data:
    """A data set from whatever names or holds it.

    Args:
        source: a registry name ("digits"), a component ({"name": "digits", "image_size": 16}), a path to images
            ("./photos", "../photos.zip", "~/photos", an absolute path, or a Path), a tensor of all items, a torch
            Dataset of known length, any iterable of batches (tensors, (x, y) pairs, or dicts with "x" and perhaps
            "y"), or `Data`, which come back as they are.
        settings: of the data set; for what comes from Python, the arguments of `StreamData` or `IterableData`.

    Raises: the registry's errors, ConfigError, DataError.
    """
    if isinstance(source, Data):
        if settings:
            raise ConfigError(f"{source.spec.name} is loaded already, so {', '.join(settings)} cannot be set")
        return source
    component = as_component(source)
    if component is not None:
        return from_component({**component, **settings})
    if isinstance(source, Tensor):
        return from_tensor(source, **settings)
    if isinstance(source, Dataset) and not isinstance(source, IterableDataset):
        return StreamData(source, **settings)
    return IterableData(source, **settings)


def from_component(component: Mapping[str, Any]) -> Data:
    """The data set that a component stands for, with the component on it."""
    data = components.build(entries.Dataset, component)
    if not isinstance(data, Data):
        raise TargetError(f"the data set {component['name']} gives a {type(data).__name__}, not ganzoo.data.Data")
    data.component = components.describe(entries.Dataset, component)
    return data


def from_tensor(x: Tensor, *, vocabulary: int | None = None, name: str = "python") -> TensorData:
    """All items of a set in one tensor; tokens need their vocabulary."""
    fields = as_fields(x)
    spec = infer_spec(fields, name=name, size=len(x), vocabulary=vocabulary)
    return TensorData(spec, {"x": checked(fields, spec, fields)})


def dataset_factory(source: str) -> Callable[..., Data]:
    """The function that makes a data set of this name or path, for reading its settings."""
    return folder if is_path(source) else registry.find(entries.Dataset, source).load()


def as_component(source: Any) -> dict[str, Any] | None:
    """The component that a name, path or mapping stands for; None for anything else."""
    if isinstance(source, Mapping):
        return dict(source)
    if isinstance(source, Path) or (isinstance(source, str) and is_path(source)):
        return {"name": "ganzoo.folder", "path": str(source)}
    return {"name": source} if isinstance(source, str) else None


def is_path(text: str) -> bool:
    """Whether a text is a path and no name: "./x", "../x", "~/x", or absolute."""
    return text in (".", "..", "~") or text.startswith(("./", "../", "~/")) or Path(text).is_absolute()

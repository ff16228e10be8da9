"""What a data set must do."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganzoo.core import configuration
from ganzoo.core.data_spec import DataSpec
from ganzoo.core.registered import Registered
from ganzoo.data import Data
from ganzoo.data.loading import load_data
from ganzoo.errors import DataUnavailable
from ganzoo.testing.requirement import CheckFailed, NotHere, one_line, require, since
from ganzoo.testing.tiny import random_states, same

IMAGES = ("image", "pairs")
FIELDS = {
    "image": ("channels", "image_size"),
    "pairs": ("channels", "source_channels", "image_size"),
    "points": ("features",),
    "tokens": ("vocabulary", "length"),
}


class DataTrial:
    """A data set under test, with its `tiny` settings; one that asks for a path is shown a folder of small images."""

    def __init__(self, found: Registered[Any]) -> None:
        self.found = found

    def load(self) -> Data:
        """A new one. Raises: NotHere for data that this machine does not have."""
        component = {"name": self.found.name, **self.found.entry.tiny}
        required = {p.name for p in configuration.parameters(self.found.load()) if p.required} - component.keys()
        try:
            if required != {"path"}:
                return load_data(component)
            with folder_of_images() as path:
                return load_data({**component, "path": str(path)})
        except DataUnavailable as error:
            raise NotHere(error.message) from error

    @functools.cached_property
    def data(self) -> Data:
        return self.load()


@since("0.1")
def data_open_or_say_how_to_get_them(trial: DataTrial) -> None:
    """It opens with its default (or tiny) settings without a download; what is not there says how to get it."""
    try:
        data = trial.data
    except NotHere as absent:
        error = absent.__cause__
        assert isinstance(error, DataUnavailable)
        require(
            error.hint, f"it says only: {error.message}", mend="add a hint to DataUnavailable that says how to get it"
        )
        return
    except Exception as error:
        raise CheckFailed(
            f"it cannot be opened: {one_line(error)}",
            mend=getattr(error, "hint", None) or "give every setting a default, or set `tiny` in the entry",
        ) from error
    require(
        isinstance(data, Data), f"it gives a {type(data).__name__}", mend="return ganzoo.data.TensorData or the like"
    )


@since("0.1")
def spec_tells_the_truth(trial: DataTrial) -> None:
    """Shapes, types, ranges and sizes of the items are those that the spec names."""
    data = trial.data
    spec = data.spec
    require(
        spec.modality in FIELDS,
        f"its modality is {spec.modality!r}",
        mend=f"it is one of {', '.join(FIELDS)}",
    )
    absent = [field for field in FIELDS[spec.modality] if getattr(spec, field) is None]
    require(
        not absent, f"its spec says nothing of {', '.join(absent)}", mend=f"{spec.modality} data name these in DataSpec"
    )
    largest = max(data.size(stream) for stream in spec.streams)
    require(spec.size == largest, f"spec.size={spec.size}, but it holds {largest} items", mend="count the items")
    for stream in spec.streams:
        batch = data.first(64, stream)
        problem = wrong_with_items(batch, spec)
        require(not problem, f"stream {stream!r}: {problem}", mend="correct the spec, or the items")
        read = data.reader(stream, batch_size=7, seed=0).next()
        form, wanted = ({k: (v.dtype, v.shape[1:]) for k, v in b.items()} for b in (read, batch))
        require(
            form == wanted and len(read["x"]) == 7,
            f"a reader gives {form}, first() {wanted}",
            mend="items() is for both",
        )


@since("0.1")
def labels_are_as_counted(trial: DataTrial) -> None:
    """Labels are int64 in [0, num_classes), as many of each class as the spec says; without classes there are none."""
    data, spec = trial.data, trial.data.spec
    batch = data.first(8, spec.streams[0])
    if spec.num_classes is None:
        require(
            "y" not in batch, "batches have labels, and the spec has no num_classes", mend="set num_classes, or drop y"
        )
        return
    require("y" in batch, f"the spec has {spec.num_classes} classes, and batches no labels", mend='add "y", int64 (N,)')
    labels = data.map(lambda part: part["y"], stream=spec.streams[0])
    require(
        labels.dtype == torch.int64 and labels.ndim == 1,
        f"labels are {labels.dtype} with {labels.ndim} dimensions",
        mend="labels are int64 (N,)",
    )
    low, high = int(labels.min()), int(labels.max())
    require(
        low >= 0 and high < spec.num_classes,
        f"labels lie in [{low}, {high}], of {spec.num_classes} classes",
        mend="count from 0",
    )
    names = spec.class_names
    require(
        names is None or len(names) == spec.num_classes,
        f"{spec.num_classes} classes, other number of names",
        mend="one name each",
    )
    counts = tuple(torch.bincount(labels, minlength=spec.num_classes).tolist())
    require(
        spec.class_counts is None or tuple(spec.class_counts) == counts,
        f"class_counts={spec.class_counts}, but there are {counts}",
        mend="torch.bincount(labels, minlength=num_classes)",
    )


@since("0.1")
def data_are_the_same_twice(trial: DataTrial) -> None:
    """Opened twice, it holds the same items in the same order, and opening it draws no global random number."""
    first = trial.data
    states = random_states()
    second = trial.load()
    moved = [name for name, state in random_states().items() if same(states[name], state)]
    require(
        not moved, f"opening it moves the global generator of {', '.join(moved)}", mend="use a generator of your own"
    )
    require(first.spec == second.spec, "opened twice, its spec differs", mend="compute the spec from the data alone")
    for stream in first.spec.streams:
        where = same(first.first(64, stream), second.first(64, stream))
        require(not where, f"opened twice, it differs in {where}", mend="seed what is random, and sort what is listed")
        draws = [data.reader(stream, batch_size=5, seed=3) for data in (first, second)]
        for _ in range(3):
            require(
                not same(draws[0].next(), draws[1].next()),
                "two readers of one seed draw different batches",
                mend="use Data.reader, whose order follows from the seed",
            )


@since("0.1")
def readers_go_on_where_they_stopped(trial: DataTrial) -> None:
    """A reader's state, given to another, leads to the same batches; a batch may be larger than the set."""
    data = trial.data
    for stream in data.spec.streams:
        reader, other = (data.reader(stream, batch_size=6, seed=1) for _ in "ab")
        reader.next()
        other.load_state_dict(reader.state_dict())
        require(
            not same(reader.next(), other.next()),
            "a reader that was given the state of another draws other batches",
            mend="let the state hold everything that the next batch depends on",
        )
        large = min(data.size(stream), 2000) + 3
        if data.size(stream) < large:
            n = len(data.reader(stream, batch_size=large, seed=1).next()["x"])
            require(
                n == large, f"of {data.size(stream)} items a batch of {large} has {n}", mend="go on in the next epoch"
            )


def wrong_with_items(batch: dict[str, Tensor], spec: DataSpec) -> str:
    """What the spec says of items and is not so; "" if all is."""
    x = batch["x"]
    size = (spec.image_size, spec.image_size) if isinstance(spec.image_size, int) else spec.image_size
    shapes: dict[str, tuple[Any, ...]] = {
        "image": (spec.channels, *(size or ())),
        "pairs": (spec.channels, *(size or ())),
        "points": (spec.features,),
        "tokens": (spec.length,),
    }
    dtype = torch.int64 if spec.modality == "tokens" else torch.float32
    if x.dtype != dtype or tuple(x.shape[1:]) != shapes[spec.modality]:
        return f"items are {x.dtype} {tuple(x.shape[1:])}, by the spec {dtype} {shapes[spec.modality]}"
    low, high = (0, (spec.vocabulary or 0) - 1) if spec.modality == "tokens" else spec.value_range
    if not bool(x.isfinite().all()) or float(x.min()) < low or float(x.max()) > high:
        return f"values lie in [{float(x.min()):.4g}, {float(x.max()):.4g}], by the spec in [{low:.4g}, {high:.4g}]"
    if spec.modality in IMAGES and spec.value_range != (-1.0, 1.0):
        return f"value_range={spec.value_range}; images lie in [-1, 1]"
    if spec.modality == "pairs":
        source = batch.get("source")
        wanted = (spec.source_channels, *(size or ()))
        if source is None or tuple(source.shape[1:]) != wanted or source.dtype != torch.float32:
            return f"'source' is {None if source is None else tuple(source.shape[1:])}, by the spec {wanted}"
    return ""


@contextmanager
def folder_of_images() -> Iterator[Path]:
    """A folder with two classes of small images."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as directory:
        images = Path(directory) / "images"
        for label in range(2):
            (images / f"class{label}").mkdir(parents=True)
            for i in range(4):
                image = Image.new("RGB", (12, 12), (40 * i, 90 * label, 20))
                image.save(images / f"class{label}" / f"{i}.png")
        yield images


def trial_of(found: Registered[Any], fingerprints: Path | None) -> DataTrial:
    return DataTrial(found)


def checks_of(found: Registered[Any], fingerprints: Path | None) -> tuple[Callable[[Any], None], ...]:
    return CHECKS


CHECKS = (
    data_open_or_say_how_to_get_them,
    spec_tells_the_truth,
    labels_are_as_counted,
    data_are_the_same_twice,
    readers_go_on_where_they_stopped,
)

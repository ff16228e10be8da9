"""Data from any Python iterable of batches."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from torch import Tensor

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.data import Batch, Data, Reader, on_device
from ganzoo.errors import DataError

TOLERANCE = 1e-3


class IterableData(Data):
    """Batches as the iterable gives them, of whatever size: float tensors, (x, y) pairs, or dicts with "x".

    Images are (N, C, H, W), in [-1, 1] if they are floats, 0..255 if uint8; points are (N, features). The first batch
    decides what the data set is. Every reader walks through the iterable on its own, and starts again at its end.

    Args:
        iterable: one that can be walked through more than once; a generator's batches are gone when they were given.
        name: for configs and cards.

    Raises: DataError for an empty iterable, or batches that are none of the above.
    """

    def __init__(self, iterable: Iterable[Any], *, name: str = "iterable") -> None:
        self.iterable = iterable
        self.once = iter(iterable) is iterable
        walk = iter(iterable)
        try:
            first = next(walk)
        except StopIteration:
            raise DataError("the iterable of batches is empty") from None
        self.peeked = [first]
        if self.once:
            self.iterable = itertools.chain([first], walk)
        super().__init__(spec_of(as_batch(first), name))
        check_range(as_batch(first)["x"])

    def size(self, stream: str = "x") -> int:
        """Items in the first batch: how many there are in all is not known."""
        return self.spec.size

    def items(self, stream: str, indices: Tensor) -> Batch:
        """Items of the first batch."""
        batch = on_device(as_batch(self.peeked[0]), self.device)
        return {name: value[indices] for name, value in batch.items()}

    def reader(self, stream: str = "x", *, batch_size: int, seed: int) -> Reader:
        """A reader; batch size and order are the iterable's own."""
        self.check(stream, batch_size)
        if self.once:
            if not hasattr(self, "_shared"):
                self._shared = iter(self.iterable)
            return IterableReader(self, lambda: self._shared)
        return IterableReader(self, lambda: iter(self.iterable))


class IterableReader(Reader):
    """Walks through the iterable; its position is the number of batches drawn."""

    def __init__(self, data: IterableData, start: Callable[[], Iterator[Any]]) -> None:
        self.data, self.start = data, start
        self.walk = start()

    def next(self) -> Batch:
        """The next batch. Raises: DataError when a one-shot iterator is exhausted."""
        try:
            batch = next(self.walk)
        except StopIteration:
            if self.data.once:
                raise DataError(
                    f"the iterator of batches ended after {self.position} batches of this reader",
                    hint="give something that can be walked through again: a list, a DataLoader, an object with __iter__",
                ) from None
            self.walk = self.start()
            batch = next(self.walk)
        self.position += 1
        return on_device(as_batch(batch), self.data.device)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Skip the batches that were drawn before; the iterable must give them in the same order again."""
        while self.position < int(state["position"]):
            self.next()


def as_batch(batch: Any) -> Batch:
    """A batch as a dict. Raises: DataError."""
    if isinstance(batch, Tensor):
        return {"x": batch}
    if isinstance(batch, (tuple, list)) and 1 <= len(batch) <= 2 and all(isinstance(part, Tensor) for part in batch):
        return dict(zip(("x", "y"), batch, strict=False))
    if isinstance(batch, Mapping) and isinstance(batch.get("x"), Tensor):
        return dict(batch)
    raise DataError(f"a batch is a tensor, an (x, y) pair, or a dict with 'x', not {type(batch).__name__}")


def spec_of(batch: Batch, name: str, size: int | None = None) -> DataSpec:
    """What a batch says about its data set. Raises: DataError for shapes that are neither images nor points."""
    x = batch["x"]
    size = len(x) if size is None else size
    classes = int(batch["y"].max()) + 1 if "y" in batch and len(batch["y"]) else None
    if x.ndim == 4:
        height, width = x.shape[2:]
        side = height if height == width else (height, width)
        return DataSpec(name=name, modality="image", size=size, channels=x.shape[1], image_size=side, num_classes=classes)
    if x.ndim == 2 and x.is_floating_point():
        low, high = float(x.min()), float(x.max())
        return DataSpec(
            name=name, modality="points", size=size, features=x.shape[1], num_classes=classes, value_range=(low, high)
        )
    raise DataError(f"a batch of shape {tuple(x.shape)} is neither images (N, C, H, W) nor points (N, features)")


def check_range(x: Tensor) -> None:
    """Raises: DataError for float images outside [-1, 1]."""
    if x.ndim == 4 and x.is_floating_point() and len(x):
        low, high = float(x.min()), float(x.max())
        if not (-1 - TOLERANCE <= low <= high <= 1 + TOLERANCE):
            raise DataError(
                f"images must lie in [-1, 1]; these lie in [{low:.3g}, {high:.3g}]",
                hint="give uint8 images, or scale: x * 2 - 1 for [0, 1]; torch.uint8 for 0..255",
            )



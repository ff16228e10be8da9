"""Large sets: items come from a map-style torch Dataset through a DataLoader, in the order that all readers keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.data import Batch, Data, Reader, flip, on_device
from ganzoo.data.iterable_data import as_batch, check_range, spec_of
from ganzoo.data.order import Order
from ganzoo.errors import DataError


class StreamData(Data):
    """A set that is read item by item as it is needed.

    Args:
        dataset: map-style; an item is {"x": tensor} or {"x": tensor, "y": int}, uint8 images included.
        spec: what it offers.
        workers: processes that read; 0 reads in this one.
    """

    def __init__(self, dataset: Dataset[dict[str, Any]], spec: DataSpec, *, workers: int = 0) -> None:
        super().__init__(spec)
        self.dataset, self.workers = dataset, workers

    def size(self, stream: str = "x") -> int:
        """Number of items."""
        return self.spec.size

    def items(self, stream: str, indices: Tensor) -> Batch:
        """The batch of the items of these indices, read now."""
        return on_device(torch.utils.data.default_collate([self.dataset[i] for i in indices.tolist()]), self.device)

    def reader(self, stream: str = "x", *, batch_size: int, seed: int) -> Reader:
        """An endless reader whose batches are fetched ahead by the workers."""
        self.check(stream, batch_size)
        return StreamReader(self, batch_size, seed)


class StreamReader(Reader):
    """Reads ahead; its position counts what was handed out, so that nothing fetched ahead is lost by a stop."""

    def __init__(self, data: StreamData, batch_size: int, seed: int) -> None:
        self.data, self.batch_size, self.seed = data, batch_size, seed
        self.batches: Iterator[Any] | None = None
        self.weights: Tensor | None = None

    def next(self) -> Batch:
        """The next batch."""
        if self.batches is None or self.weights is not self.data.weights:
            self.weights = self.data.weights
            loader = DataLoader(
                self.data.dataset,
                batch_sampler=_Batches(self, self.position),
                num_workers=self.data.workers,
                pin_memory=self.data.device.type == "cuda",
            )
            self.batches = iter(loader)
        batch = on_device(next(self.batches), self.data.device)
        if self.data.horizontal_flip:
            batch = flip(batch, self.seed, self.position)
        self.position += self.batch_size
        return batch

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where the state was taken."""
        super().load_state_dict(state)
        self.batches = None


class _Batches:
    """The endless sequence of a reader's index batches from a position on."""

    def __init__(self, reader: StreamReader, position: int) -> None:
        self.reader, self.position = reader, position

    def __iter__(self) -> Iterator[list[int]]:
        order, position = Order(self.reader.data.size(), self.reader.seed), self.position
        while True:
            yield order.draw(position, self.reader.batch_size, self.reader.weights).tolist()
            position += self.reader.batch_size


class _Items(Dataset[dict[str, Any]]):
    """Items of any torch Dataset as dicts."""

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset

    def __getitem__(self, index: int) -> dict[str, Any]:
        item = self.dataset[index]
        if isinstance(item, Mapping):
            return dict(item)
        if isinstance(item, (tuple, list)) and len(item) >= 2:
            return {"x": item[0], "y": int(item[1])}
        return {"x": item[0] if isinstance(item, (tuple, list)) else item}


def from_torch_dataset(dataset: Any, *, name: str | None = None, workers: int = 0) -> StreamData:
    """A map-style torch Dataset of tensors or (tensor, label) pairs as data. Raises: DataError."""
    if len(dataset) == 0:
        raise DataError("the dataset is empty")
    items = _Items(dataset)
    if not isinstance(items[0]["x"], Tensor):
        raise DataError(
            f"items of the dataset are {type(items[0]['x']).__name__}, not tensors",
            hint="add a transform such as torchvision.transforms.v2.PILToTensor()",
        )
    probe = as_batch(torch.utils.data.default_collate([items[i] for i in range(min(len(dataset), 64))]))
    check_range(probe["x"])
    return StreamData(items, spec_of(probe, name or type(dataset).__name__.lower(), len(dataset)), workers=workers)

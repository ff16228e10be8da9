"""Large sets: a torch Dataset read through a DataLoader, in the same order as a small set would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, default_collate

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.data import Batch, Data, Reader, flip, on_device
from ganzoo.data.inference import as_fields, checked, class_count, infer_spec
from ganzoo.data.order import Order
from ganzoo.errors import ConfigError, DataError, GanzooError
from ganzoo.streams import derive, generator

PROBED = 16


class StreamData(Data):
    """A set whose items are fetched one by one, by worker processes.

    Args:
        dataset: has `__len__` and `__getitem__`, which gives a tensor, a pair (x, label), or a dict; uint8 tensors
            are images. Workers fork or pickle it. torch's global generator is seeded per drawn item, so that random
            transforms which use it resume exactly.
        spec: what it offers; None looks at the first few items.
        num_classes: of the labels, where the dataset does not tell.
        vocabulary: of tokens.
        workers: processes; 0 fetches in this one.
        name: in the spec.

    Raises: DataError for an empty dataset, and as `infer_spec`.
    """

    def __init__(
        self,
        dataset: Dataset[Any],
        *,
        spec: DataSpec | None = None,
        num_classes: int | None = None,
        vocabulary: int | None = None,
        workers: int = 2,
        name: str = "python",
    ) -> None:
        if not isinstance(dataset, Sized) or not len(dataset):
            raise DataError(f"the {type(dataset).__name__} is empty or does not know its length")
        if workers < 0:
            raise ConfigError(f"workers={workers}: 0 or more")
        self.dataset = dataset
        self.workers = workers
        with torch.random.fork_rng(devices=[]):
            count = min(PROBED, len(dataset)) if spec is None else 1
            self.sample = as_fields(opened(collate([dataset[index] for index in range(count)])))
        if spec is None:
            classes = class_count(dataset) if num_classes is None else num_classes
            spec = infer_spec(self.sample, name=name, size=len(dataset), num_classes=classes, vocabulary=vocabulary)
        super().__init__(spec)
        self.sample = checked(self.sample, self.spec, self.sample)

    def size(self, stream: str = "x") -> int:
        """Number of items."""
        return self.spec.size

    def items(self, stream: str, indices: Tensor) -> Batch:
        """The batch of the items of these indices, fetched in this process."""
        with torch.random.fork_rng(devices=[]):
            return self.finish(collate([self.dataset[index] for index in indices.tolist()]))

    def reader(self, stream: str = "x", *, batch_size: int, seed: int) -> Reader:
        """An endless reader; with workers, it fetches ahead."""
        self.check(stream, batch_size)
        return StreamReader(self, stream, batch_size, seed)

    def finish(self, batch: Any) -> Batch:
        """What a worker sent, checked, and as readers give it."""
        return on_device(checked(as_fields(opened(batch)), self.spec, self.sample), self.device)


class StreamReader(Reader):
    """Draws by the order rule; the position counts the items given, not those fetched ahead."""

    def __init__(self, data: StreamData, stream: str, batch_size: int, seed: int) -> None:
        self.data = data
        self.stream = stream
        self.batch_size = batch_size
        self.seed = seed
        self.weights: Tensor | None = None
        self.batches: Iterator[Any] | None = None

    def next(self) -> Batch:
        """The next batch; what was fetched ahead is dropped if the weights have changed since."""
        if self.batches is None or self.data.weights is not self.weights:
            self.batches = self.start()
        try:
            batch = self.data.finish(next(self.batches))
        except GanzooError:
            self.batches = None  # stops the workers now; left to the garbage collector they take 5 s
            raise
        if self.data.horizontal_flip:
            batch = flip(batch, self.seed, self.position)
        self.position += self.batch_size
        return batch

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where the state was taken."""
        super().load_state_dict(state)
        self.batches = None

    def start(self) -> Iterator[Any]:
        """Batches from the present position on."""
        self.weights = self.data.weights
        draws = Draws(self.data.size(self.stream), self.seed, self.position, self.batch_size, self.weights)
        return iter(
            DataLoader(
                Drawn(self.data.dataset, self.seed),
                batch_sampler=draws,
                collate_fn=collate,
                num_workers=self.data.workers,
                pin_memory=self.data.device.type == "cuda",
                generator=generator(self.seed, "loader"),
            )
        )


class Draws:
    """The endless batches of (item, draw) that a loader is to fetch."""

    def __init__(self, size: int, seed: int, position: int, batch_size: int, weights: Tensor | None) -> None:
        self.order = Order(size, seed)
        self.position = position
        self.batch_size = batch_size
        self.weights = weights

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        position = self.position
        while True:
            indices = self.order.draw(position, self.batch_size, self.weights).tolist()
            yield [(index, position + offset) for offset, index in enumerate(indices)]
            position += self.batch_size


class Drawn(Dataset[Any]):
    """The dataset, with the global generator seeded for every draw."""

    def __init__(self, dataset: Dataset[Any], seed: int) -> None:
        self.dataset = dataset
        self.seed = seed

    def __getitem__(self, item: tuple[int, int]) -> Any:
        index, draw = item
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(derive(self.seed, "item", draw))
            try:
                return self.dataset[index]
            except GanzooError as error:
                return error


def collate(items: list[Any]) -> Any:
    """A batch; or the first error among the items, for a worker cannot raise one without disfiguring it."""
    for item in items:
        if isinstance(item, GanzooError):
            return item
    try:
        return default_collate(items)
    except (TypeError, RuntimeError) as error:
        return DataError(
            f"items do not make a batch: {str(error).splitlines()[0]}",
            hint="every item must hold tensors of one shape; images need a transform to tensors and to one size",
        )


def opened(batch: Any) -> Any:
    """The batch, unless it is an error, which is raised."""
    if isinstance(batch, GanzooError):
        raise batch
    return batch

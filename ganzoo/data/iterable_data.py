"""Batches from any Python iterable: a list, a DataLoader, a generator."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.data import Batch, Data, Reader, on_device
from ganzoo.data.inference import as_fields, checked, class_count, infer_spec
from ganzoo.errors import DataError
from ganzoo.streams import derive

AGAIN = "give something that can be iterated again: a list, a DataLoader, or an object whose __iter__ starts afresh"
AS_A_SET = "give a tensor of all items, or a torch Dataset with __getitem__ and __len__"


class IterableData(Data):
    """A set that is known only by its batches, which come as they are, whatever batch size a reader is asked for.

    Args:
        iterable: of batches: tensors, pairs (x, y), or dicts. What can be iterated again starts afresh at its end
            (every reader by itself); an iterator can be read once, by all readers together.
        spec: what it offers; None looks at the first batch.
        num_classes: of the labels, where the iterable's own dataset does not tell.
        vocabulary: of tokens.
        name: in the spec.

    The order is the iterable's own. While a batch is fetched, torch's global generator is seeded from the reader's
    seed and position, so that a shuffling DataLoader without workers resumes exactly. The size in the spec is 0
    where nothing tells it. Raises: DataError for no batches, and as `infer_spec`.
    """

    def __init__(
        self,
        iterable: Iterable[Any],
        *,
        spec: DataSpec | None = None,
        num_classes: int | None = None,
        vocabulary: int | None = None,
        name: str = "python",
    ) -> None:
        if not isinstance(iterable, Iterable):
            raise DataError(f"a {type(iterable).__name__} cannot be iterated", hint="give a list or a DataLoader")
        self.iterable = iterable
        self.once = OneShot(iterable) if isinstance(iterable, Iterator) else None
        batches = self.peek(1)
        if not batches:
            raise DataError("the iterable gives no batch", hint="an iterator that was used up gives no more")
        self.sample = batches[0]
        size = count_items(iterable, len(self.sample["x"]))
        classes = class_count(iterable) if num_classes is None else num_classes
        if spec is None:
            spec = infer_spec(self.sample, name=name, size=size, num_classes=classes, vocabulary=vocabulary)
        super().__init__(spec)
        self.sample = checked(self.sample, self.spec, self.sample)

    @property
    def weights(self) -> Tensor | None:
        """Always None: there are no items to weigh. Setting others raises DataError."""
        return None

    @weights.setter
    def weights(self, weights: Tensor | None) -> None:
        if weights is not None:
            raise DataError(f"{self.spec.name} comes as batches, whose items cannot be weighted", hint=AS_A_SET)

    def size(self, stream: str = "x") -> int:
        """Number of items; 0 if unknown."""
        return self.spec.size

    def items(self, stream: str, indices: Tensor) -> Batch:
        """Raises DataError: there is no access by index."""
        raise DataError(f"{self.spec.name} comes as batches, whose items have no numbers", hint=AS_A_SET)

    def reader(self, stream: str = "x", *, batch_size: int, seed: int) -> Reader:
        """An endless reader, in the iterable's order and batch size."""
        self.check(stream, batch_size)
        return IterableReader(self, seed)

    def first(self, n: int, stream: str = "x") -> Batch:
        """The first n items that the next pass (of an iterator: the next batches) will give."""
        self.check(stream, n)
        batches = [checked(batch, self.spec, self.sample) for batch in self.peek(n)]
        fields = {name: torch.cat([batch[name] for batch in batches])[:n] for name in self.sample}
        return on_device(fields, self.device)

    def map(self, function: Callable[[Batch], Tensor], *, stream: str = "x", batch_size: int = 512) -> Tensor:
        """`function(batch)` over one pass, in the iterable's batches; DataError for an iterator."""
        self.check(stream, batch_size)
        if self.once is not None:
            raise DataError(f"{self.spec.name} is an iterator, which cannot be gone through again", hint=AGAIN)
        batches = (checked(as_fields(batch), self.spec, self.sample) for batch in self.iterable)
        return torch.cat([function(on_device(batch, self.device)) for batch in batches])

    def peek(self, n: int) -> list[Batch]:
        """Batches with at least n items together, if there are as many, without taking them from the readers."""
        batches: list[Batch] = []
        count = 0
        with torch.random.fork_rng(devices=[]):
            for batch in self.once or self.iterable:
                batches.append(as_fields(batch))
                count += len(batches[-1]["x"])
                if count >= n:
                    break
        if self.once is not None:
            self.once.give_back(batches)
        return batches


class OneShot:
    """An iterator shared by all readers, to which batches can be given back."""

    def __init__(self, iterator: Iterator[Any]) -> None:
        self.iterator = iterator
        self.waiting: deque[Any] = deque()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return self.waiting.popleft() if self.waiting else next(self.iterator)

    def give_back(self, batches: list[Batch]) -> None:
        """Let these batches come again, in this order, before all others."""
        self.waiting.extendleft(reversed(batches))


class IterableReader(Reader):
    """Draws whole batches; the position counts them."""

    def __init__(self, data: IterableData, seed: int) -> None:
        self.data = data
        self.seed = seed
        self.iterator: Iterator[Any] | None = None

    def next(self) -> Batch:
        """The next batch. Raises DataError when an iterator is exhausted, or an iterable is empty."""
        batch = checked(as_fields(self.pull()), self.data.spec, self.data.sample)
        return on_device(batch, self.data.device)

    def pull(self) -> Any:
        """The next batch as it comes from the iterable."""
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(derive(self.seed, "batch", self.position))
            for _ in range(2):
                if self.iterator is None:
                    self.iterator = iter(self.data.once or self.data.iterable)
                try:
                    batch = next(self.iterator)
                except StopIteration:
                    self.iterator = None
                else:
                    self.position += 1
                    return batch
        name, count = self.data.spec.name, self.position
        raise DataError(f"{name} gives no more batches; this reader had {count}", hint=AGAIN)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where the state was taken, by fetching and dropping the batches before it."""
        target = int(state["position"])
        if self.data.once is None:
            self.iterator, self.position = None, 0
        elif target < self.position:
            raise DataError(f"{self.data.spec.name} is an iterator, which cannot go back", hint=AGAIN)
        while self.position < target:
            self.pull()


def count_items(iterable: Any, batch: int) -> int:
    """Items in one pass, as far as lengths tell; 0 if unknown."""
    sources: tuple[tuple[Any, int], ...] = ((getattr(iterable, "dataset", None), 1), (iterable, batch))
    for source, each in sources:
        try:
            return len(source) * each
        except TypeError:
            continue
    return 0

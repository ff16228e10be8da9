"""What a data set is to the rest of the zoo: a spec, readers of batches, and a walk over every item."""

from __future__ import annotations

import copy
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.order import Order
from ganzoo.errors import ConfigError, DataError
from ganzoo.streams import generator

Batch = dict[str, Tensor]


class Reader(ABC):
    """An endless source of batches of one stream.

    A batch holds "x" (float32 images (N, C, H, W) in [-1, 1], float32 points (N, features), or int64 tokens
    (N, length)), "y" (int64 labels (N,)) if the set is labelled, "source" (images like "x") if it is one of pairs, and
    whatever else the set has, all on the data's device.
    """

    position: int = 0

    @abstractmethod
    def next(self) -> Batch:
        """The next batch."""

    def state_dict(self) -> dict[str, Any]:
        """Everything that another reader of the same data, seed and batch size needs to go on from here."""
        return {"position": self.position}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where the state was taken."""
        self.position = int(state["position"])


class Data(ABC):
    """A data set.

    Attributes:
        spec: what it offers.
        device: where its batches come.
        attributes: known facts about the items, one row each and in order ((N,) or (N, k) tensors), for judges and
            checks; batches do not carry them.
        pairs: of unpaired sets, uint8 images of both domains whose items i are each other's true counterparts; for
            evaluation alone, and None where there is no such truth.
        component: the name and settings that load it again; None for data that were given as an object.
        horizontal_flip: whether readers mirror images at random; `first` and `map` never do.
    """

    def __init__(self, spec: DataSpec) -> None:
        self.spec = spec
        self.device = torch.device("cpu")
        self.attributes: dict[str, Tensor] = {}
        self.pairs: tuple[Tensor, Tensor] | None = None
        self.component: dict[str, Any] | None = None
        self.horizontal_flip = False
        self._weights: Tensor | None = None

    @abstractmethod
    def size(self, stream: str = "x") -> int:
        """Number of items in a stream."""

    @abstractmethod
    def items(self, stream: str, indices: Tensor) -> Batch:
        """The batch of the items of these indices, on the device."""

    def to(self, device: torch.device | str) -> Data:
        """The same data on another device; this one stays as it is."""
        moved = copy.copy(self)
        moved.device = torch.device(device)
        moved.attributes = {name: value.to(device) for name, value in self.attributes.items()}
        if self.pairs is not None:
            moved.pairs = self.pairs[0].to(device), self.pairs[1].to(device)
        return moved

    @property
    def weights(self) -> Tensor | None:
        """How often each item of stream "x" is drawn, in proportion, (N,) float64 on the CPU; None: once per epoch.

        Readers follow a change at their next batch. Setting raises DataError for a wrong shape, for a negative or
        non-finite weight, and where all weights are zero.
        """
        return self._weights

    @weights.setter
    def weights(self, weights: Tensor | None) -> None:
        if weights is not None:
            weights = torch.as_tensor(weights).detach().to("cpu", torch.float64)
            if weights.shape != (self.size("x"),):
                raise DataError(f"weights of shape {tuple(weights.shape)} for {self.size('x')} items")
            if not bool(weights.isfinite().all()) or bool((weights < 0).any()) or not bool(weights.sum() > 0):
                raise DataError("weights must be finite, at least 0, and not all 0")
        self._weights = weights

    def reader(self, stream: str = "x", *, batch_size: int, seed: int) -> Reader:
        """An endless reader of a stream; two readers of one seed draw the same batches."""
        self.check(stream, batch_size)
        return IndexReader(self, stream, batch_size, seed)

    def map(self, function: Callable[[Batch], Tensor], *, stream: str = "x", batch_size: int = 512) -> Tensor:
        """`function(batch)`, with one row per item, over all items in order, concatenated."""
        self.check(stream, batch_size)
        indices = torch.arange(self.size(stream), device=self.device).split(batch_size)
        return torch.cat([function(self.items(stream, part)) for part in indices])

    def first(self, n: int, stream: str = "x") -> Batch:
        """The first n items in order, or all where there are fewer."""
        self.check(stream, n)
        return self.items(stream, torch.arange(min(n, self.size(stream)), device=self.device))

    def sources(self, n: int) -> Tensor:
        """Images that a model which translates can start from: of the first items, n or as many as there are.

        They are the "source" of pairs, else the images of the first stream.
        """
        batch = self.first(n, self.spec.streams[0])
        return batch["source"] if "source" in batch else batch["x"]

    def fingerprint(self) -> str:
        """A hash of the first 256 items of every stream, to tell whether two data sets can be the same."""
        digest = hashlib.sha256()
        for stream in self.spec.streams:
            for name, value in sorted(self.first(256, stream).items()):
                digest.update(f"{stream}.{name}{tuple(value.shape)}".encode())
                digest.update(value.cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()[:16]

    def check(self, stream: str, count: int) -> None:
        """Raises DataError for a stream that there is not, ConfigError for a count below 1."""
        if stream not in self.spec.streams:
            raise DataError(f"{self.spec.name} has no stream {stream!r}; it has {', '.join(self.spec.streams)}")
        if count < 1:
            raise ConfigError(f"{count} items at a time: at least 1 is needed")


class IndexReader(Reader):
    """Draws indices by the order rule and has the data fetch the items."""

    def __init__(self, data: Data, stream: str, batch_size: int, seed: int) -> None:
        self.data = data
        self.stream = stream
        self.batch_size = batch_size
        self.seed = seed
        self.order = Order(data.size(stream), seed, data.device)

    def next(self) -> Batch:
        """The next batch."""
        weights = self.data.weights if self.stream == "x" else None
        indices = self.order.draw(self.position, self.batch_size, weights)
        batch = self.data.items(self.stream, indices)
        if self.data.horizontal_flip:
            batch = flip(batch, self.seed, self.position)
        self.position += self.batch_size
        return batch


def on_device(batch: Mapping[str, Tensor], device: torch.device) -> Batch:
    """The batch as readers give it: on the device, uint8 images as float32 in [-1, 1]."""
    moved = {name: value.to(device, non_blocking=True) for name, value in batch.items()}
    return {name: value.float() / 127.5 - 1 if value.dtype == torch.uint8 else value for name, value in moved.items()}


def flip(batch: Batch, seed: int, position: int) -> Batch:
    """The batch with a random half of its items mirrored left to right, the same for the same seed and position.

    An item's images ("x", and the "source" of a pair) are mirrored together.
    """
    x = batch["x"]
    mirrored = (torch.rand(len(x), generator=generator(seed, "flip", position)) < 0.5).to(x.device).view(-1, 1, 1, 1)
    images = {name: value for name, value in batch.items() if name in ("x", "source")}
    return {**batch, **{name: torch.where(mirrored, value.flip(-1), value) for name, value in images.items()}}

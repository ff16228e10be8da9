"""Small sets: everything as tensors on the training device, indexed there, with no loader and no worker."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ganzoo.core.data_spec import DataSpec
from ganzoo.data.data import Batch, Data, on_device
from ganzoo.errors import DataError


class TensorData(Data):
    """A set held as tensors.

    Args:
        spec: what it offers; its streams are the keys of `streams`.
        streams: per stream, named tensors with one row per item: {"x": {"x": images, "y": labels}}. uint8 tensors
            are images in 0..255 and come as float32 in [-1, 1]; all others come as they are.

    Raises: DataError if a stream is empty, or its tensors differ in length.
    """

    def __init__(self, spec: DataSpec, streams: Mapping[str, Mapping[str, Tensor]]) -> None:
        super().__init__(spec)
        self.streams = {stream: dict(fields) for stream, fields in streams.items()}
        for stream, fields in self.streams.items():
            lengths = {len(value) for value in fields.values()}
            if len(lengths) > 1:
                raise DataError(f"{spec.name}: the tensors of stream {stream!r} differ in length: {sorted(lengths)}")
            if not lengths or 0 in lengths:
                raise DataError(f"{spec.name}: stream {stream!r} is empty")

    def size(self, stream: str = "x") -> int:
        """Number of items in a stream."""
        if stream not in self.streams:
            raise DataError(f"{self.spec.name} has no stream {stream!r}; it has {', '.join(self.streams)}")
        return len(next(iter(self.streams[stream].values())))

    def items(self, stream: str, indices: Tensor) -> Batch:
        """The batch of the items of these indices, on the device."""
        return on_device({name: value[indices] for name, value in self.streams[stream].items()}, self.device)

    def to(self, device: torch.device | str) -> TensorData:
        """The same data on another device; this one stays as it is."""
        moved = super().to(device)
        assert isinstance(moved, TensorData)
        moved.streams = {
            stream: {name: value.to(device) for name, value in fields.items()}
            for stream, fields in self.streams.items()
        }
        return moved

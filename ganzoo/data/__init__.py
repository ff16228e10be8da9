"""Data sets and the readers that batches come from. A new set: a function that returns `Data`, registered."""

from ganzoo.data.data import Batch, Data, Reader
from ganzoo.data.iterable_data import IterableData
from ganzoo.data.stream_data import StreamData
from ganzoo.data.tensor_data import TensorData

__all__ = ["Batch", "Data", "IterableData", "Reader", "StreamData", "TensorData"]

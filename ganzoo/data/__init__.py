"""Data sets and the readers that batches come from. A new set: a function that returns `Data`, registered."""

from ganzoo.data.data import Batch, Data, Reader
from ganzoo.data.tensor_data import TensorData

__all__ = ["Batch", "Data", "Reader", "TensorData"]

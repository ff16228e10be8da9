"""What a data set offers, and what an architecture sizes itself from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class DataSpec:
    """Facts about a data set. A field that does not apply is None.

    A constructor argument of an architecture that bears the name of one of these fields is filled from here.

    Args:
        name: what the data set is called in configs and cards.
        modality: "image", "points", "tokens" (int64 sequences (N, length)), "pairs" (images "x" and the images "source"
            that they answer to, of the same size), ...
        streams: the names of its sources of batches; unpaired data have two ("a", "b").
        size: number of items in the (longest) stream.
        value_range: of every float in "x".
        channels: 1 grey, 2, 3 RGB, 4 RGBA; for images.
        source_channels: of the images "source"; for pairs.
        image_size: pixels, one number for square images, else (height, width).
        features: numbers per point; for points.
        num_classes: labels are int64 in [0, num_classes); None means that batches have no "y".
        class_names: one per class.
        class_counts: items per class, which is what labels are drawn from when none are given.
        vocabulary, length: of token sequences.
    """

    name: str
    modality: str
    size: int
    streams: tuple[str, ...] = ("x",)
    value_range: tuple[float, float] = (-1.0, 1.0)
    channels: int | None = None
    source_channels: int | None = None
    image_size: int | tuple[int, int] | None = None
    features: int | None = None
    num_classes: int | None = None
    class_names: tuple[str, ...] | None = None
    class_counts: tuple[int, ...] | None = None
    vocabulary: int | None = None
    length: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The fields that say something, as JSON-able values."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items() if v is not None}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> DataSpec:
        """The inverse of `to_json`. Raises TypeError for an unknown or missing field."""
        values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in fields.items()}
        return cls(**values)

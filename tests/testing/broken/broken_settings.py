"""Losses whose settings no config could hold, and one that cannot be made at all."""

from typing import Any

from ganzoo.losses.hinge import Hinge


class Positional(Hinge):
    def __init__(self, margin: float = 1.0) -> None:
        self.margin = margin


class Untyped(Hinge):
    def __init__(self, *, margins: Any = (1.0, 2.0)) -> None:
        self.margins = margins


class CannotBeMade(Hinge):
    def __init__(self) -> None:
        raise RuntimeError("no check foresees this")

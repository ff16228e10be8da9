"""Changes to training that any architecture can take, one per file. A new one: subclass `Technique`."""

from ganzoo.techniques.technique import Technique

__all__ = ["Technique"]

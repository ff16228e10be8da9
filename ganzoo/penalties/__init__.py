"""Terms added to one player's loss, one per file. A new one: subclass `Penalty`, and register it."""

from ganzoo.penalties.penalty import Penalty

__all__ = ["Penalty"]

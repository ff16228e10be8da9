"""Techniques name players; this is where a wrong name is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ganzoo.errors import CompatibilityError


def check_players(technique: str, chosen: Iterable[str], names: Sequence[str]) -> None:
    """Raises CompatibilityError when a player that the technique was told of is not in the game."""
    missing = [player for player in chosen if player not in names]
    if missing:
        raise CompatibilityError(
            f"{technique} is meant for {', '.join(missing)}, but this game is played by {', '.join(names)}",
            hint=f"name one of its players in the technique's settings, such as {names[0]!r}" if names else None,
        )

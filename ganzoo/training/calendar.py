"""Which phase a round belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ganzoo.errors import ConfigError
from ganzoo.game import Phase, Player


class Calendar:
    """The phases of a run and where it stands among them.

    The run's rounds are shared out in proportion to the phases' shares; a phase that ends early leaves its rest to
    the one after it, so that the length of the run stays what it was said to be.
    """

    def __init__(self, phases: Sequence[Phase], rounds: int, players: Sequence[str]) -> None:
        shares = sum(phase.share for phase in phases)
        positive = sum(phase.share > 0 for phase in phases)
        if rounds < positive:
            raise ConfigError(
                f"{rounds} rounds are too few for {positive} phases", hint=f"use --rounds {positive} or more"
            )
        done, self.ends = 0.0, []
        for phase in phases:
            done += phase.share
            self.ends.append(round(rounds * done / shares))
        self.phases, self.players = list(phases), list(players)
        self.index, self.start, self.started = 0, 0, False

    @property
    def over(self) -> bool:
        return self.index >= len(self.phases)

    @property
    def phase(self) -> Phase:
        return self.phases[min(self.index, len(self.phases) - 1)]

    @property
    def player_names(self) -> list[str]:
        chosen = self.phase.players
        return self.players if chosen is None else [p.name if isinstance(p, Player) else p for p in chosen]

    def progress(self, completed: int) -> float:
        """The share of the current phase that is over, 0 in its first round."""
        length = self.ends[min(self.index, len(self.phases) - 1)] - self.start
        return (completed - self.start) / length if length > 0 else 1.0

    def begin(self, run: Any) -> None:
        """Start the current phase if it has not been started; phases without rounds start and end here."""
        while not self.over:
            if not self.started:
                self.started = True
                if self.phase.on_start:
                    self.phase.on_start(run)
            if run.round < self.ends[self.index]:
                return
            self._end(run)

    def finish_round(self, run: Any) -> None:
        """End the current phase if its last round was just completed."""
        ended = self.phase.until is not None and self.phase.until(run.new_turn(None, 0, {}))
        if ended or run.round >= self.ends[self.index]:
            self._end(run)

    def _end(self, run: Any) -> None:
        if self.phase.on_end:
            self.phase.on_end(run)
        self.index, self.start, self.started = self.index + 1, run.round, False

    def state_dict(self) -> dict[str, Any]:
        return {"index": self.index, "start": self.start, "started": self.started}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.index, self.start, self.started = state["index"], state["start"], state["started"]

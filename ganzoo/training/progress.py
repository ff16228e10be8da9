"""The progress bar of a run."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self


class Progress:
    """Rounds done, rate and time left on standard error; nothing at all when it is not shown."""

    def __init__(self, rounds: int, done: int, *, shown: bool) -> None:
        self._bar: Any = None
        if shown:
            from rich import progress

            self._bar = progress.Progress(
                progress.TextColumn("{task.completed}/{task.total} rounds"),
                progress.BarColumn(),
                progress.TextColumn("{task.fields[rate]}"),
                progress.TimeRemainingColumn(),
                progress.TextColumn("{task.fields[latest]}"),
                console=_stderr(),
            )
            self._task = self._bar.add_task("", total=rounds, completed=done, latest="", rate="")

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, round: int, metrics: Mapping[str, float]) -> None:
        if self._bar is not None:
            shown = [f"{name} {value:.3g}" for name, value in metrics.items() if "/" in name]
            rate = f"{metrics['rounds_per_second']:.1f}/s" if "rounds_per_second" in metrics else ""
            self._bar.update(self._task, completed=round, latest="  ".join(shown[:4]), rate=rate)


def _stderr() -> Any:
    from rich.console import Console

    return Console(stderr=True)

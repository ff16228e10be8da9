"""How long `ganzoo list` takes, beside what it cannot do without: `python -m ganzoo.benchmarks.list_time`.

Both commands are run in turn, so that a busy machine slows both alike. The machine's state still shows in the
milliseconds; the ratio hardly depends on it. Modules are compiled beforehand, as they are in an installed package.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

RUNS = 15
MOST_MILLISECONDS = 150.0
MOST_RATIO = 2.0
COMMANDS = {
    "ganzoo list": (
        sys.executable,
        "-c",
        "import sys; sys.argv[1:] = ['list']; from ganzoo.cli.main import main; main()",
    ),
    "its floor": (sys.executable, "-c", "import click, pluggy, importlib.metadata"),
}


@dataclass
class Times:
    """Milliseconds of one command, run by run: on the wall, and of the processor."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def add(self, command: Sequence[str], environment: dict[str, str]) -> None:
        """Run the command once. Raises: CalledProcessError if it fails."""
        before, start = os.times(), time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        self.wall.append((time.perf_counter() - start) * 1000)
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        self.processor.append(used * 1000)


def measure(runs: int = RUNS) -> dict[str, Times]:
    """The times of each command, run in turn; a first round compiles what they import, and is not counted."""
    times = {name: Times() for name in COMMANDS}
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        for command in COMMANDS.values():
            Times().add(command, environment)
        for _ in range(runs):
            for name, command in COMMANDS.items():
                times[name].add(command, environment)
    return times


def ratio(times: dict[str, Times]) -> float:
    """The median over the runs of how many times as long as its floor `ganzoo list` takes.

    Each run is compared with the one beside it, which met the same load.
    """
    pairs = zip(times["ganzoo list"].wall, times["its floor"].wall, strict=True)
    return statistics.median(listing / floor for listing, floor in pairs)


def main() -> None:
    """Print the medians and the ratio; exit with 1 if they are over the budget."""
    times = measure()
    for name, each in times.items():
        wall, processor = statistics.median(each.wall), statistics.median(each.processor)
        print(f"{name:<12} {wall:6.1f} ms (least {min(each.wall):.1f}), processor {processor:.0f} ms")
    median = statistics.median(times["ganzoo list"].wall)
    print(f"ratio        {ratio(times):6.2f}")
    print(f"budget       {MOST_MILLISECONDS:6.1f} ms, ratio {MOST_RATIO:.2f}; load {os.getloadavg()[0]:.1f}")
    if median > MOST_MILLISECONDS or ratio(times) > MOST_RATIO:
        sys.exit(1)


if __name__ == "__main__":
    main()

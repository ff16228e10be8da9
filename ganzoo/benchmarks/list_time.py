"""How long `ganzoo list` takes, beside what it cannot do without: `python -m ganzoo.benchmarks.list_time --plugins 15`.

The commands are run in turn, so that a busy machine slows all alike. The machine's state still shows in the
milliseconds; the ratios hardly depend on it. Modules are compiled beforehand, as they are in an installed package.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import distributions
from pathlib import Path

from ganzoo.benchmarks.made_plugins import install_made_plugins

RUNS = 15
MOST_MILLISECONDS = 150.0
MOST_MILLISECONDS_WITH_PLUGINS = 200.0
MOST_RATIO = 2.0
LIST, WITH_PLUGINS, FLOOR = "ganzoo list", "with plugins", "its floor"
LISTING = (
    sys.executable,
    "-c",
    "import sys; sys.argv[1:] = ['list']; from ganzoo.cli.main import main; main()",
)
COMMANDS = {
    LIST: LISTING,
    WITH_PLUGINS: LISTING,
    FLOOR: (sys.executable, "-c", "import click, pluggy, importlib.metadata"),
}


@dataclass
class Times:
    """Milliseconds of one command, run by run: on the wall, and of the processor."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def add(self, command: Sequence[str], environment: dict[str, str]) -> str:
        """Run the command once, and return what it printed. Raises: CalledProcessError if it fails."""
        before, start = os.times(), time.perf_counter()
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment, text=True)
        self.wall.append((time.perf_counter() - start) * 1000)
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        self.processor.append(used * 1000)
        return done.stdout


def measure(runs: int = RUNS, plugins: int = 0) -> dict[str, Times]:
    """The times of each command, run in turn; a first round compiles what they import, and is not counted.

    With `plugins`, "with plugins" is `ganzoo list` with that many more installed.
    """
    times = {name: Times() for name in COMMANDS if plugins or name != WITH_PLUGINS}
    with tempfile.TemporaryDirectory() as compiled, tempfile.TemporaryDirectory() as site:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        environments = dict.fromkeys(COMMANDS, environment)
        made = install_made_plugins(Path(site), plugins)
        path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), site]))
        environments[WITH_PLUGINS] = {**environment, "PYTHONPATH": path}
        for name in times:
            printed = Times().add(COMMANDS[name], environments[name])
            if name == WITH_PLUGINS and not all(f" {namespace} " in printed for namespace in made):
                raise RuntimeError(f"ganzoo list does not show the plugins that were made:\n{printed}")
        for _ in range(runs):
            for name, each in times.items():
                each.add(COMMANDS[name], environments[name])
    return times


def ratio(times: dict[str, Times], name: str = LIST, over: str = FLOOR) -> float:
    """The median over the runs of how many times as long as another a command takes, by default as its floor.

    Each run is compared with the one beside it, which met the same load.
    """
    return statistics.median(mine / its for mine, its in zip(times[name].wall, times[over].wall, strict=True))


def difference(times: dict[str, Times]) -> float:
    """The median over the runs of the milliseconds that the plugins add."""
    pairs = zip(times[WITH_PLUGINS].wall, times[LIST].wall, strict=True)
    return statistics.median(mine - its for mine, its in pairs)


def main() -> None:
    """Print the medians and the ratios; exit with 1 if they are over the budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plugins", type=int, default=0, help="Measure with this many plugins, too.")
    parser.add_argument("--runs", type=int, default=RUNS, help="Of each command.")
    arguments = parser.parse_args()
    times = measure(arguments.runs, arguments.plugins)
    for name, each in times.items():
        wall, processor = statistics.median(each.wall), statistics.fmean(each.processor)
        print(f"{name:<12} {wall:6.1f} ms (least {min(each.wall):.1f}), processor {processor:.0f} ms")
    print(f"ratio        {ratio(times):6.2f} to its floor")
    median, most = statistics.median(times[LIST].wall), MOST_MILLISECONDS
    if arguments.plugins:
        print(f"             {ratio(times, WITH_PLUGINS):6.2f} to its floor, with {arguments.plugins} plugins")
        print(f"difference   {difference(times):6.1f} ms, ratio {ratio(times, WITH_PLUGINS, LIST):.2f} to without")
        median, most = statistics.median(times[WITH_PLUGINS].wall), MOST_MILLISECONDS_WITH_PLUGINS
    count = len(list(distributions()))
    print(f"budget       {most:6.1f} ms, ratio {MOST_RATIO:.2f}; {count} distributions, load {os.getloadavg()[0]:.1f}")
    if median > most or ratio(times) > MOST_RATIO:
        sys.exit(1)


if __name__ == "__main__":
    main()

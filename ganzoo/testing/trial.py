"""An architecture or recipe under test: its tiny model, and the runs that all checks of it share."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganzoo.core import entries, registry
from ganzoo.core.registered import Registered
from ganzoo.creation import create
from ganzoo.data import Data
from ganzoo.data.loading import load_data
from ganzoo.gan import GAN
from ganzoo.testing.observer import Observer
from ganzoo.testing.requirement import NotTried, one_line
from ganzoo.testing.tiny import BATCH_SIZE, some_samples
from ganzoo.training import checkpoint
from ganzoo.training.loop import train
from ganzoo.training.plan import Plan, settle
from ganzoo.training.play import play_round
from ganzoo.training.run import Run
from ganzoo.training.run_directory import RunDirectory

ROUNDS = 20
LOG_EVERY = 4
SEED = 2


@dataclass(frozen=True)
class Played:
    """A run that was watched from its first round to its last.

    `state` is what a checkpoint of its end holds, `metrics` what was logged, `gan` the live model.
    """

    gan: GAN
    run: Run
    seen: Observer
    state: dict[str, Any]
    metrics: list[dict[str, Any]]


@dataclass(frozen=True)
class Resumed:
    """The same run, stopped twice and taken up again; `sampler` is what `train` returned."""

    gan: GAN
    sampler: GAN
    state: dict[str, Any]
    metrics: list[dict[str, Any]]


class Trial:
    """What the checks of one architecture or recipe share. Everything is made when it is first asked for.

    What could not be made is not tried again: later checks say so in one line.
    """

    def __init__(self, found: Registered[Any], fingerprints: Path | None = None) -> None:
        self.found, self.fingerprints = found, fingerprints
        self._failed: dict[str, Exception] = {}

    @property
    def architecture(self) -> entries.Architecture:
        """The entry itself, or the recipe's architecture."""
        entry = self.found.entry
        if isinstance(entry, entries.Recipe):
            return registry.find(entries.Architecture, entry.architecture).entry
        return entry

    @functools.cached_property
    def data(self) -> Data:
        """What the tiny model is tried on."""
        return self._once("its tiny_data", lambda: load_data(dict(self.architecture.tiny_data)))

    def build(self, seed: int = 0, data: Any = None, **config: Any) -> GAN:
        """A new tiny model."""
        source = self.data if data is None else data
        settings = {**self.found.entry.tiny, **config}
        make = functools.partial(create, self.found.name, data=source, seed=seed, **settings)
        return self._once("building it", make) if data is None and not config else make()

    @property
    def rounds(self) -> int:
        """Of the runs: two for each phase at least."""
        return max(ROUNDS, 2 * len(self.build().phases()))

    def plan(self, gan: GAN) -> Plan:
        return settle(gan, rounds=self.rounds, batch_size=BATCH_SIZE, log_every=LOG_EVERY, seed=SEED)

    @functools.cached_property
    def played(self) -> Played:
        return self._once("playing it", self._play)

    @functools.cached_property
    def resumed(self) -> Resumed:
        return self._once("training it in three parts", self._resume)

    def some_samples(self, n: int, **settings: Any) -> Tensor:
        """n samples of the trained model."""
        return some_samples(self.resumed.sampler, self.data, n, **settings)

    def _play(self) -> Played:
        gan = self.build()
        with torch.random.fork_rng([]):
            run = Run(gan, self.data, self.plan(gan))
            seen = Observer(run)
            run.techniques = (seen, *run.techniques)
            gan.input_techniques = (*gan.input_techniques, seen)
            gan.data, metrics = self.data.spec, []
            run.calendar.begin(run)
            while run.round < run.plan.rounds:
                play_round(run)
                run.round += 1
                run.calendar.finish_round(run)
                run.calendar.begin(run)
                if run.round % LOG_EVERY == 0 or run.round == run.plan.rounds:
                    metrics.append({"round": run.round, **run.read_metrics()})
        seen.finish()
        gan.input_techniques = ()
        gan.requires_grad_(True)
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "state.safetensors"
            checkpoint.save(file, run.state_dict())
            return Played(gan, run, seen, checkpoint.load(file), metrics)

    def _resume(self) -> Resumed:
        with tempfile.TemporaryDirectory() as directory:
            out = Path(directory) / "run"
            for index, stop in enumerate((self.rounds // 3, 2 * self.rounds // 3, None)):
                gan = self.build(seed=index)
                if index == 0:
                    rest: dict[str, Any] = {"log_every": LOG_EVERY, "samples_every": self.rounds // 2, "seed": SEED}
                    train(gan, self.data, out=out, stop_at=stop, rounds=self.rounds, batch_size=BATCH_SIZE, **rest)
                else:
                    sampler = train(gan, self.data, out=out, stop_at=stop, resume=True)
            kept = RunDirectory(out)
            state = checkpoint.load(kept.checkpoint_file(self.rounds))
            dropped = ("phase", "rounds_per_second")
            metrics = [{k: v for k, v in line.items() if k not in dropped} for line in kept.read_metrics()]
            return Resumed(gan, sampler, state, metrics)

    def _once(self, what: str, make: Callable[[], Any]) -> Any:
        if what in self._failed:
            error = self._failed[what]
            raise NotTried(f"{what} fails: {one_line(error)}") from error
        try:
            return make()
        except Exception as error:
            self._failed[what] = error
            raise

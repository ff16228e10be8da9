"""What a run keeps as it goes: metrics, pictures, checkpoints, and the finished model."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch

from ganzoo import model_directory, pictures
from ganzoo.core.events import emit
from ganzoo.data.loading import is_path
from ganzoo.errors import CheckpointError, DataError, ModelDirectoryError, NotSamplable, RunDirectoryError
from ganzoo.training import checkpoint
from ganzoo.training.run import Run
from ganzoo.training.run_directory import FORMAT, RunDirectory
from ganzoo.training.showing import show_run
from ganzoo.version import VERSION


class Records:
    """Keeps the records of a run in its directory; without one, metrics are still read so that NaN is noticed."""

    def __init__(self, run: Run, directory: RunDirectory | None) -> None:
        self.run, self.directory = run, directory
        self.latest: dict[str, float] = {}
        self._since = (time.monotonic(), run.round)

    def begin(self, *, overwrite: bool) -> None:
        """Claim the directory for a new run, and keep what its initial weights look like."""
        if self.directory is not None:
            self.directory.create(self._description(), overwrite=overwrite)
            if self.run.plan.samples_every:
                self._draw(self.directory)

    def restore(self) -> None:
        """Put the run where its last checkpoint left it. Raises: RunDirectoryError, CheckpointError."""
        assert self.directory is not None
        latest = self.directory.latest_checkpoint()
        if latest is None:
            raise RunDirectoryError(
                f"{self.directory.path} has no checkpoint to go on from", hint="start the run anew with --overwrite"
            )
        state = checkpoint.load(latest)
        try:
            self.run.load_state_dict(state)
        except (ModelDirectoryError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise CheckpointError(
                f"the checkpoint {latest} does not fit the run: {error!r}",
                hint="delete it to go on from the one before it, if there is one",
            ) from error
        self.directory.forget_metrics_after(self.run.round)
        self._since = (time.monotonic(), self.run.round)

    def keep(self, *, last: bool) -> None:
        """Keep what is due after a round; `last` says that this process plays no further one."""
        run, plan = self.run, self.run.plan
        if run.round % plan.log_every == 0 or run.round == plan.rounds:
            self._log()
        if self.directory is None:
            return
        if run.round == plan.rounds or (plan.samples_every and run.round % plan.samples_every == 0):
            self._draw(self.directory)
        if last or (plan.checkpoint_every and run.round % plan.checkpoint_every == 0):
            checkpoint.save(self.directory.checkpoint_file(run.round), run.state_dict())
            self.directory.forget_old_checkpoints(plan.keep)

    def finish(self) -> None:
        """Write the finished model, and beside it what its card shows."""
        if self.directory is not None:
            training = {**self.run.plan.to_json(), "metrics": self.latest, **self._origin()}
            model_directory.save(self.run.sampler, self.directory.model, live=self.run.gan, training=training)
            show_run(self.directory, self.directory.model)

    def _log(self) -> None:
        run, (then, round) = self.run, self._since
        metrics = run.read_metrics()
        now = time.monotonic()
        self._since = (now, run.round)
        rate = (run.round - round) / max(now - then, 1e-9)
        self.latest = {**metrics, "rounds_per_second": rate}
        if self.directory is not None:
            line = {"round": run.round, "phase": run.calendar.phase.name, **metrics, "rounds_per_second": rate}
            self.directory.append_metrics(line)
        emit("run_metrics", run=run, round=run.round, metrics=self.latest)

    def _draw(self, directory: RunDirectory) -> None:
        """Keep a picture of what the same latents look like now."""
        run, spec = self.run, self.run.data.spec
        path = directory.samples / f"round-{run.round:08d}.png"
        run.sampler.data = spec
        try:
            drawn = pictures.of_model(run.sampler, run.data, seed=run.plan.seed)
        except (NotSamplable, DataError):
            return
        pictures.save(drawn, path)
        emit("run_samples", run=run, round=run.round, path=path)

    def _origin(self) -> dict[str, Any]:
        """Which data and which recipe the model comes from; a path says where on this machine, so its end is enough."""
        known: dict[str, Any] = {"data": self.run.data.component, "recipe": self.run.gan.recipe}
        if known["data"] is not None:
            known["data"] = {
                key: Path(value).name if isinstance(value, str) and is_path(value) else value
                for key, value in known["data"].items()
            }
        return {key: value for key, value in known.items() if value is not None}

    def _description(self) -> dict[str, Any]:
        """config.json of the run: enough to build it again."""
        run = self.run
        return {
            "ganzoo": {"format": FORMAT, "version": VERSION, "torch": torch.__version__},
            **model_directory.describe_architecture(run.gan),
            "data": {"component": run.data.component, "spec": run.data.spec.to_json()},
            "plan": run.plan.to_json(),
            "recipe": run.gan.recipe,
        }

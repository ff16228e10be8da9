"""Training a GAN from start to end, and going on where a run was stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from ganzoo.core.components import Component
from ganzoo.core.events import emit
from ganzoo.data import Data
from ganzoo.data.loading import load_data
from ganzoo.errors import ConfigError, RunDirectoryError
from ganzoo.gan import GAN
from ganzoo.training.plan import Plan, settle
from ganzoo.training.play import play_round
from ganzoo.training.progress import Progress
from ganzoo.training.records import Records
from ganzoo.training.reopening import reopen
from ganzoo.training.run import Run
from ganzoo.training.run_directory import RunDirectory
from ganzoo.training.stop_request import StopRequest


def train(
    gan: GAN,
    data: Any,
    *,
    rounds: int | None = None,
    batch_size: int | None = None,
    seed: int = 0,
    loss: Component | None = None,
    penalties: Sequence[Component] | None = None,
    techniques: Sequence[Component] | None = None,
    players: Mapping[str, Mapping[str, Any]] | None = None,
    ema: float | str | None = "default",
    out: str | Path | None = None,
    stop_at: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
    device: str | torch.device | None = None,
    progress: bool = False,
    **rest: Any,
) -> GAN:
    """Train `gan` in place, and return the model to sample from (the average of its weights, if one is kept).

    Args:
        gan: from `ganzoo.create`.
        data: a data set's name, a path to images, a `Data`, a torch Dataset, or any iterable of batches.
        rounds, batch_size, loss, penalties, techniques, players, ema, seed: see `ganzoo.training.plan`; None (for ema
            "default") keeps what the architecture's paper says.
        out: run directory; without one nothing is written.
        stop_at: stop early, after this round, with a checkpoint.
        resume: go on from the last checkpoint in `out`, with the plan that stands there.
        overwrite: start anew in an `out` that holds a run.
        device: "cpu", "cuda", "mps"; None keeps the GAN where it is.
        progress: show a bar.
        rest: `log_every`, `samples_every`, `checkpoint_every`, `keep`, `channels_last` of the plan.

    Raises: CompatibilityError, ConfigError, DataError, RunDirectoryError, WriteError, NonFiniteError.
    """
    if device is not None:
        gan.to(device)
    data = load_data(data)
    directory = None if out is None else RunDirectory(out)
    if resume:
        if directory is None:
            raise RunDirectoryError("resume needs the run's directory", hint="pass out=...")
        plan = Plan.from_json(reopen(directory)["plan"])
    else:
        choices: dict[str, Any] = {"loss": loss, "penalties": penalties, "techniques": techniques, "players": players}
        plan = settle(gan, rounds=rounds, batch_size=batch_size, ema=ema, seed=seed, **choices, **rest)
    try:
        return _play(gan, data, plan, directory, resume=resume, overwrite=overwrite, stop_at=stop_at, bar=progress)
    finally:
        if directory is not None:
            directory.release()


def _play(
    gan: GAN,
    data: Data,
    plan: Plan,
    directory: RunDirectory | None,
    *,
    resume: bool,
    overwrite: bool,
    stop_at: int | None,
    bar: bool,
) -> GAN:
    """The loop: set up, play rounds, keep records, finish."""
    if stop_at is not None and not 1 <= stop_at <= plan.rounds:
        raise ConfigError(f"stop_at={stop_at} does not lie within the run's {plan.rounds} rounds")
    gan.data = data.spec
    with torch.random.fork_rng([gan.device] if gan.device.type == "cuda" else []):
        run = Run(gan, data, plan)
        records = Records(run, directory)
        if resume:
            records.restore()
        else:
            records.begin(overwrite=overwrite)
        end = plan.rounds if stop_at is None else stop_at
        error: BaseException | None = None
        emit("run_started", run=run)
        try:
            with StopRequest() as stop, Progress(plan.rounds, run.round, shown=bar) as progress:
                run.calendar.begin(run)
                while run.round < end and not stop.requested:
                    play_round(run)
                    run.round += 1
                    run.calendar.finish_round(run)
                    run.calendar.begin(run)
                    records.keep(last=run.round == end or stop.requested)
                    progress.advance(run.round, records.latest)
            if stop.requested and run.round < end:
                raise KeyboardInterrupt(f"stopped after round {run.round} of {plan.rounds}")
        except BaseException as failure:
            error = failure
            raise
        finally:
            gan.input_techniques = ()
            gan.requires_grad_(True)
            emit("run_finished", run=run, error=error)
        for model in (gan, run.sampler):
            # A loaded model has the plain layout, and kernels of another one round differently.
            model.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
        run.sampler.data = data.spec
        if run.round == plan.rounds:
            records.finish()
        return run.sampler.eval()

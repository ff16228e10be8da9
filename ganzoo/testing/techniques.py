"""What a technique must do."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from ganzoo.core.registered import Registered
from ganzoo.errors import CompatibilityError
from ganzoo.testing.requirement import CheckFailed, one_line, require, since
from ganzoo.testing.stage import ROUNDS, Stage
from ganzoo.testing.tiny import same
from ganzoo.training import checkpoint
from ganzoo.training.loop import train
from ganzoo.training.play import play_round
from ganzoo.training.run_directory import RunDirectory
from ganzoo.weights import named_tensors


class TechniqueTrial(Stage):
    """A technique under test."""

    def __init__(self, found: Registered[Any]) -> None:
        super().__init__(found, "techniques")

    def trained(self, out: Path | None = None, stops: tuple[int | None, ...] = (None,), *, with_it: bool = True) -> Any:
        """A GAN after a short run, in one part or several."""
        for index, stop in enumerate(stops):
            gan, data = self.gan(seed=index)
            if index == 0:
                train(gan, data, out=out, stop_at=stop, **self.settings(with_it=with_it))
            else:
                train(gan, data, out=out, stop_at=stop, resume=True)
        return gan


@since("0.1")
def technique_changes_training(trial: TechniqueTrial) -> None:
    """A short run with it is finite, and ends elsewhere than one without it."""
    try:
        gan = trial.trained()
    except CheckFailed:
        raise
    except Exception as error:
        raise CheckFailed(
            f"a short run with it ends in {one_line(error)}", mend="see the error that this one was raised from"
        ) from error
    tensors = named_tensors(gan)
    broken = [name for name, tensor in tensors.items() if not bool(tensor.isfinite().all())]
    require(
        not broken,
        f"a run with it ends with NaN or infinity in {', '.join(broken[:4])}",
        mend="look for divisions by 0",
    )
    require(
        same(tensors, named_tensors(trial.trained(with_it=False))),
        "a run with it ends as one without it",
        mend="let its default (or `tiny`) settings do something within 6 rounds",
    )


@since("0.1")
def technique_resumes_exactly(trial: TechniqueTrial) -> None:
    """A run with it that is stopped twice and taken up again ends as if it had never been stopped, bit for bit."""
    states = []
    with tempfile.TemporaryDirectory() as folder:
        for out, stops in (("whole", (None,)), ("parts", (2, 5, None))):
            trial.trained(Path(folder) / out, stops)
            states.append(checkpoint.load(RunDirectory(Path(folder) / out).checkpoint_file(ROUNDS)))
    where = same(states[0], states[1])
    require(
        not where,
        f"a run that was stopped and taken up again differs in {where}",
        mend="put what must survive a stop into state_dict() and load_state_dict(), and draw from self.rng only",
    )


@since("0.1")
def technique_shifts_no_stream(trial: TechniqueTrial) -> None:
    """What the players draw does not depend on whether it is there."""
    streams = []
    for with_it in (True, False):
        run = trial.run(with_it=with_it)
        with torch.random.fork_rng([]):
            play_round(run)
        streams.append({name: seat.rng.get_state() for name, seat in run.seats.items()})
    where = same(streams[0], streams[1])
    require(
        not where, f"it shifts the random stream of {where.strip('/')}", mend="draw from self.rng, not from turn.rng"
    )


@since("0.1")
def technique_keeps_the_form_of_inputs(trial: TechniqueTrial) -> None:
    """What it shows to the critic has the input's shape and type, and lets gradients through."""
    run = trial.run()
    technique = run.techniques[0]
    x = run.data.first(4)["x"]
    kept = x.clone()
    for kind in ("real", "fake", "between"):
        leaf = x.clone().requires_grad_(x.is_floating_point())
        try:
            seen = technique.critic_input(leaf, kind)
        except CompatibilityError:
            continue
        require(
            seen.shape == x.shape and seen.dtype == x.dtype,
            f"of {x.dtype} {tuple(x.shape)} it makes {seen.dtype} {tuple(seen.shape)}",
            mend="return a tensor of the same shape and type",
        )
        require(torch.equal(leaf.detach(), kept), "it changes the critic's input in place", mend="return a new tensor")
        require(
            seen.requires_grad or not leaf.requires_grad,
            "no gradient passes through what it shows to the critic, so that generators learn nothing",
            mend="use differentiable operations, and detach nothing",
        )


def trial_of(found: Registered[Any], fingerprints: Path | None) -> TechniqueTrial:
    return TechniqueTrial(found)


def checks_of(found: Registered[Any], fingerprints: Path | None) -> tuple[Callable[[Any], None], ...]:
    return CHECKS


CHECKS = (
    technique_changes_training,
    technique_resumes_exactly,
    technique_shifts_no_stream,
    technique_keeps_the_form_of_inputs,
)

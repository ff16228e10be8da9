"""What an optimiser must do."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ganzoo.core import components, configuration, entries
from ganzoo.core.registered import Registered
from ganzoo.testing.requirement import CheckFailed, one_line, require, since
from ganzoo.testing.tiny import same

STEPS = 60


class OptimizerTrial:
    """An optimiser under test, on the bowl |x|^2 / 2 from a point far up."""

    def __init__(self, found: Registered[Any]) -> None:
        self.found = found
        self.random = "generator" in {parameter.name for parameter in configuration.parameters(found.load())}

    def weights(self) -> list[nn.Parameter]:
        return [nn.Parameter(torch.full((3,), 10.0)), nn.Parameter(torch.full((2, 2), -10.0))]

    def build(self, weights: list[nn.Parameter], seed: int = 0, **settings: Any) -> torch.optim.Optimizer:
        stream = {"generator": torch.Generator().manual_seed(seed)} if self.random else {}
        component = {"name": self.found.name, **self.found.entry.tiny, **settings}
        skip = ("parameters", "generator")
        built: torch.optim.Optimizer = components.build(
            entries.Optimizer, component, skip=skip, parameters=iter(weights), **stream
        )
        return built


def descend(optimizer: torch.optim.Optimizer, weights: list[nn.Parameter], steps: int) -> None:
    for _ in range(steps):
        for weight in weights:
            weight.grad = weight.detach().clone()
        optimizer.step()


@since("0.1")
def makes_an_optimizer(trial: OptimizerTrial) -> None:
    """From any iterable of parameters it makes a torch optimiser, with a learning rate that schedules can set."""
    weights = trial.weights()
    try:
        optimizer = trial.build(weights, lr=0.125)
    except Exception as error:
        raise CheckFailed(
            f"it cannot be built from an iterator and lr=0.125: {one_line(error)}",
            mend="def name(parameters, *, lr: float = ...) -> torch.optim.Optimizer; walk through parameters once",
        ) from error
    require(
        isinstance(optimizer, torch.optim.Optimizer),
        f"it makes a {type(optimizer).__name__}",
        mend="return the optimiser",
    )
    held = [p for group in optimizer.param_groups for p in group["params"]]
    require(len(held) == len(weights), f"it holds {len(held)} of {len(weights)} parameters", mend="hand on all of them")
    require(
        all(group["lr"] == 0.125 for group in optimizer.param_groups),
        "the learning rate that was asked for is not in its param_groups",
        mend="hand lr on to torch.optim.Optimizer, where schedules change it",
    )


@since("0.1")
def optimizer_goes_downhill(trial: OptimizerTrial) -> None:
    """On a bowl it comes down, step by step on the whole, and takes parameters without a gradient as they are."""
    weights = trial.weights()
    idle = nn.Parameter(torch.ones(2))
    optimizer = trial.build([*weights, idle], lr=0.02)
    before = sum(float(weight.detach().square().sum()) for weight in weights)
    try:
        descend(optimizer, weights, STEPS)
    except Exception as error:
        raise CheckFailed(f"a step fails: {one_line(error)}", mend="leave out parameters whose grad is None") from error
    after = sum(float(weight.detach().square().sum()) for weight in weights)
    require(
        after < before,
        f"{STEPS} steps on a bowl lead up: from {before:.0f} to {after:.3g}",
        mend="step against the gradient",
    )
    require(
        torch.equal(idle, torch.ones(2)),
        "a parameter without a gradient moved",
        mend="leave out those whose grad is None",
    )


@since("0.1")
def optimizer_state_survives(trial: OptimizerTrial) -> None:
    """Stopped, stored and taken up again by a new optimiser, it goes on bit for bit."""
    weights = trial.weights()
    optimizer = trial.build(weights)
    descend(optimizer, weights, 5)
    state = copy.deepcopy(optimizer.state_dict()["state"])
    kept = [nn.Parameter(weight.detach().clone()) for weight in weights]
    again = trial.build(kept)
    again.load_state_dict({"state": state, "param_groups": again.state_dict()["param_groups"]})
    for source, target in ((optimizer, again),):
        if trial.random:
            target.generator.set_state(source.generator.get_state())  # type: ignore[attr-defined]
    descend(optimizer, weights, 5)
    descend(again, kept, 5)
    where = same([w.detach() for w in weights], [w.detach() for w in kept])
    require(
        not where,
        f"taken up again, it leads elsewhere (parameter {where})",
        mend="keep everything in self.state[parameter]",
    )


def trial_of(found: Registered[Any], fingerprints: Path | None) -> OptimizerTrial:
    return OptimizerTrial(found)


def checks_of(found: Registered[Any], fingerprints: Path | None) -> tuple[Callable[[Any], None], ...]:
    return CHECKS


CHECKS = (makes_an_optimizer, optimizer_goes_downhill, optimizer_state_survives)

"""What a latent prior must do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganzoo.core import components, configuration, entries
from ganzoo.core.registered import Registered
from ganzoo.errors import NotSamplable
from ganzoo.latents.latent import Latent
from ganzoo.testing.requirement import CheckFailed, one_line, require, since
from ganzoo.testing.tiny import random_states, same

DIM = 6


class LatentTrial:
    """A prior under test."""

    def __init__(self, found: Registered[Any]) -> None:
        self.found = found

    def build(self) -> Latent:
        sized = "dim" in {parameter.name for parameter in configuration.parameters(self.found.load())}
        with torch.random.fork_rng([]):
            torch.manual_seed(0)
            extra: dict[str, Any] = {"dim": DIM} if sized else {}
            component = {"name": self.found.name, **self.found.entry.tiny}
            latent: Latent = components.build(entries.Latent, component, **extra)
        return latent

    def parts(self, n: int, seed: int = 0) -> dict[str, Tensor]:
        return self.build().draw(n, rng(seed))


@since("0.1")
def latent_draws_rows(trial: LatentTrial) -> None:
    """`draw(n, rng)` gives named tensors of n rows each, for any n."""
    for n in (0, 1, 5):
        try:
            parts = trial.parts(n)
        except Exception as error:
            raise CheckFailed(f"{n} rows cannot be drawn: {one_line(error)}", mend="draw tensors of n rows") from error
        fits = isinstance(parts, dict) and parts and all(isinstance(v, Tensor) and len(v) == n for v in parts.values())
        require(fits, f"draw({n}, rng) gives no dict of tensors of {n} rows", mend='return {"z": tensor of n rows}')


@since("0.1")
def latent_draws_from_its_generator(trial: LatentTrial) -> None:
    """All randomness of `draw` comes from the generator that it is given, and none is left for `forward`."""
    states = random_states()
    first, again, other = trial.parts(4), trial.parts(4), trial.parts(4, seed=1)
    latent = trial.build()
    values = [latent(first) for _ in range(2)]
    moved = [name for name, state in random_states().items() if same(states[name], state)]
    require(not moved, f"it draws from the global generator of {', '.join(moved)}", mend="pass generator=rng")
    require(not same(first, again), "one generator state gives two draws", mend="pass generator=rng to every draw")
    require(same(first, other), "two seeds give one draw", mend="draw with generator=rng")
    require(torch.equal(*values), "forward() gives two results for one draw", mend="draw everything in draw()")


@since("0.1")
def latent_gives_the_generators_input(trial: LatentTrial) -> None:
    """`forward` turns the parts into finite numbers (N, dim), of which `dim` is known before."""
    latent = trial.build()
    value = latent(trial.parts(4))
    require(
        value.shape == (4, latent.dim) and value.dtype == torch.float32,
        f"forward() gives {value.dtype} {tuple(value.shape)}; dim={latent.dim} asks for float32 (4, {latent.dim})",
        mend="return as many numbers per row as super().__init__(dim=...) was told",
    )
    require(value.isfinite().all(), "forward() gives NaN or infinity", mend="look for log(0) and division by 0")


@since("0.1")
def latent_interpolates(trial: LatentTrial) -> None:
    """Interpolation starts at the first latent, ends at the second, and gives latents on the way."""
    latent, first, second = trial.build(), trial.parts(3, 0), trial.parts(3, 1)
    for t, end in ((0.0, first), (1.0, second)):
        made = latent.interpolate(first, second, t)
        require(
            made.keys() == end.keys() and all(torch.allclose(made[k], end[k], atol=1e-6) for k in end),
            f"at t={t:g} interpolation is not at the {'first' if t == 0 else 'second'} latent",
            mend="t is the share of the way from the first to the second",
        )
    middle = latent(latent.interpolate(first, second, 0.5))
    require(bool(middle.isfinite().all()), "half-way there is NaN or infinity", mend="mind latents on one line")


@since("0.1")
def latent_truncates_or_says_why(trial: LatentTrial) -> None:
    """Truncation gives latents of the same form that lie closer together, or says that there is none."""
    latent, parts = trial.build(), trial.parts(64)
    try:
        tame = latent.truncate(parts, 0.5)
    except NotSamplable as error:
        require(error.hint, f"it says only: {error.message}", mend="add a hint that says what to do instead")
        return
    require(
        {k: v.shape for k, v in tame.items()} == {k: v.shape for k, v in parts.items()},
        "truncation changes the shapes of the parts",
        mend="return the same parts with other values",
    )
    with torch.no_grad():
        spread, before = float(latent(tame).std()), float(latent(parts).std())
    require(spread < before, "truncated latents are no closer together", mend="pull them towards the bulk of the prior")


def rng(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def trial_of(found: Registered[Any], fingerprints: Path | None) -> LatentTrial:
    return LatentTrial(found)


def checks_of(found: Registered[Any], fingerprints: Path | None) -> tuple[Callable[[Any], None], ...]:
    return CHECKS


CHECKS = (
    latent_draws_rows,
    latent_draws_from_its_generator,
    latent_gives_the_generators_input,
    latent_interpolates,
    latent_truncates_or_says_why,
)

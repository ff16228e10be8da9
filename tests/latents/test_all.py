"""What holds for every prior: shapes, its own stream only, few draws, entries."""

from __future__ import annotations

import importlib
import inspect

import pytest
import torch
from torch import Tensor

from ganzoo.catalog.latents import ENTRIES
from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.latents import Latent
from ganzoo.latents.codes import Codes
from ganzoo.latents.learned_mixture import LearnedMixture
from ganzoo.latents.normal import Normal
from ganzoo.latents.truncated import Truncated
from ganzoo.latents.uniform import Uniform

ALL = [
    Normal(dim=5),
    Uniform(dim=5),
    Truncated(dim=5),
    Codes(noise=3, categories=(4, 2), continuous=2),
    LearnedMixture(dim=5, components=3),
]
NAMES = [type(latent).__name__ for latent in ALL]


def stream(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("n", [0, 1, 7])
@pytest.mark.parametrize("latent", ALL, ids=NAMES)
def test_every_part_has_n_rows_and_the_input_has_dim_columns(latent: Latent, n: int) -> None:
    parts = latent.draw(n, stream())
    assert all(len(part) == n for part in parts.values())
    x = latent(parts)
    assert x.shape == (n, latent.dim) and x.dtype == torch.float32


@pytest.mark.parametrize("latent", ALL, ids=NAMES)
def test_draws_follow_the_given_stream_and_leave_the_global_one_alone(latent: Latent) -> None:
    before = torch.get_rng_state()
    first, again, other = (latent.draw(4, stream(seed)) for seed in (3, 3, 4))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(latent(first), latent(other))


@pytest.mark.parametrize("latent", ALL, ids=NAMES)
def test_draws_hold_no_gradients_and_no_weights(latent: Latent) -> None:
    assert not any(part.requires_grad for part in latent.draw(3, stream()).values())


@pytest.mark.parametrize("latent", ALL, ids=NAMES)
def test_interpolation_starts_at_the_first_and_ends_at_the_second(latent: Latent) -> None:
    first, second = latent.draw(6, stream(1)), latent.draw(6, stream(2))
    for t, end in ((0.0, first), (1.0, second)):
        between = latent.interpolate(first, second, t)
        assert all(torch.equal(between[name], end[name]) for name in end)


@pytest.mark.parametrize("latent", [Uniform(dim=3), Codes()])
def test_priors_without_a_bulk_refuse_truncation(latent: Latent) -> None:
    with pytest.raises(NotSamplable, match="cannot be truncated"):
        latent.truncate(latent.draw(2, stream()), 0.5)


@pytest.mark.parametrize("kind", [Normal, Uniform, Truncated, LearnedMixture])
def test_dim_must_be_positive(kind: type[Latent]) -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        kind(dim=0)


def test_every_entry_names_its_prior() -> None:
    for entry in ENTRIES:
        module, attribute = entry.target.split(":")
        kind = getattr(importlib.import_module(module), attribute)
        given = {"dim": 3} if "dim" in inspect.signature(kind).parameters else {}
        assert isinstance(kind(**given), Latent)
    assert len({entry.name for entry in ENTRIES}) == len(ALL)


def test_parts_are_plain_tensors() -> None:
    assert all(isinstance(part, Tensor) for latent in ALL for part in latent.draw(1, stream()).values())


@pytest.mark.parametrize("latent", ALL, ids=NAMES)
def test_parts_that_a_gan_has_added_are_carried_along(latent: Latent) -> None:
    first, second = ({**latent.draw(6, stream(seed)), "turn": torch.full((6,), seed)} for seed in (1, 2))
    assert latent.interpolate(first, second, 0.5)["turn"].eq(1).all()
    assert latent.interpolate(first, second, 1.0)["turn"].eq(2).all()
    try:
        tamed = latent.truncate(first, 0.5)
    except NotSamplable:
        return
    assert set(tamed) == set(first)

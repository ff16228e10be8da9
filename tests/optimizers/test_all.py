"""What holds for every optimiser: descent, kernels, saved state, entries."""

from __future__ import annotations

import copy
import importlib
import inspect
from collections.abc import Callable

import pytest
import torch
from torch import nn

from ganzoo.catalog.optimizers import ENTRIES
from ganzoo.optimizers.adam import adam
from ganzoo.optimizers.rmsprop import rmsprop
from ganzoo.optimizers.sgd import sgd
from ganzoo.optimizers.sghmc import sghmc

Make = Callable[[list[nn.Parameter]], torch.optim.Optimizer]

MAKERS: dict[str, Make] = {
    "adam": lambda parameters: adam(parameters, lr=0.05),
    "rmsprop": lambda parameters: rmsprop(parameters, lr=0.01, momentum=0.5),
    "sgd": lambda parameters: sgd(parameters, lr=0.05, momentum=0.9),
    "sghmc": lambda parameters: sghmc(
        parameters, lr=0.05, friction=0.3, temperature=1e-6, generator=torch.Generator().manual_seed(0)
    ),
}


def start(dtype: torch.dtype = torch.float32) -> list[nn.Parameter]:
    return [nn.Parameter(torch.full((3, 2), 2.0, dtype=dtype)), nn.Parameter(torch.full((4,), -1.0, dtype=dtype))]


def descend(optimizer: torch.optim.Optimizer, parameters: list[nn.Parameter], steps: int) -> None:
    for _ in range(steps):
        optimizer.zero_grad()
        sum(p.square().sum() for p in parameters).backward()
        optimizer.step()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", MAKERS)
def test_descends_a_bowl(name: str, dtype: torch.dtype) -> None:
    parameters = start(dtype)
    descend(MAKERS[name](parameters), parameters, 300)
    assert all(p.abs().max() < 0.1 for p in parameters)


@pytest.mark.parametrize("name", MAKERS)
def test_saved_state_goes_on_bit_for_bit(name: str) -> None:
    parameters = start()
    optimizer = MAKERS[name](parameters)
    descend(optimizer, parameters, 5)
    state, weights = copy.deepcopy(optimizer.state_dict()), [p.detach().clone() for p in parameters]
    stream = optimizer.generator.get_state() if name == "sghmc" else None
    descend(optimizer, parameters, 5)

    again = [nn.Parameter(w) for w in weights]
    resumed = MAKERS[name](again)
    resumed.load_state_dict(state)
    if stream is not None:
        resumed.generator.set_state(stream)
    descend(resumed, again, 5)
    assert all(torch.equal(a, b) for a, b in zip(parameters, again, strict=True))


@pytest.mark.parametrize("name", MAKERS)
def test_parameters_without_gradients_stay(name: str) -> None:
    used, unused = start()
    optimizer = MAKERS[name]([used, unused])
    descend(optimizer, [used], 2)
    assert (unused == -1).all() and (used != 2).all()
    assert unused not in optimizer.state


def test_fused_kernels_agree_with_torchs_plain_ones() -> None:
    for make, plain in (
        (MAKERS["adam"], lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.5, 0.999), foreach=False)),
        (MAKERS["sgd"], lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, foreach=False)),
        (MAKERS["rmsprop"], lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.5, foreach=False)),
    ):
        ours, theirs = start(torch.float64), start(torch.float64)
        descend(make(ours), ours, 20)
        descend(plain(theirs), theirs, 20)
        for a, b in zip(ours, theirs, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-12)


def test_kernels_are_fused_where_torch_has_them() -> None:
    assert adam(start()).defaults["fused"] and sgd(start()).defaults["fused"]
    assert rmsprop(start()).defaults["foreach"]
    elsewhere = [nn.Parameter(torch.empty(2, device="meta"))]
    assert not adam(elsewhere).defaults["fused"] and not sgd(elsewhere).defaults["fused"]


def test_defaults_are_those_of_the_papers() -> None:
    assert (adam(start()).defaults["lr"], adam(start()).defaults["betas"]) == (2e-4, (0.5, 0.999))
    assert (rmsprop(start()).defaults["lr"], rmsprop(start()).defaults["momentum"]) == (5e-5, 0.0)


def test_every_entry_names_a_function_with_typed_keyword_settings() -> None:
    for entry in ENTRIES:
        module, attribute = entry.target.split(":")
        signature = inspect.signature(getattr(importlib.import_module(module), attribute))
        first, *settings = signature.parameters.values()
        assert first.name == "parameters"
        assert all(s.kind is s.KEYWORD_ONLY and s.annotation is not s.empty for s in settings)
    assert {entry.name for entry in ENTRIES} == set(MAKERS)

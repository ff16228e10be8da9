"""SGHMC draws from the law that it should: variance, temperature, noise, stream."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganzoo.errors import ConfigError
from ganzoo.optimizers.sghmc import sghmc


def chains(
    temperature: float, *, steps: int = 4000, count: int = 1000, lr: float = 0.01, seed: int = 0
) -> torch.Tensor:
    """The last states of many chains on the potential x^2 / 2, all started at 1."""
    x = nn.Parameter(torch.ones(count))
    optimizer = sghmc([x], lr=lr, friction=0.1, temperature=temperature, generator=torch.Generator().manual_seed(seed))
    states = []
    for step in range(steps):
        x.grad = x.detach().clone()
        optimizer.step()
        if step >= steps // 2 and step % 200 == 0:
            states.append(x.detach().clone())
    return torch.cat(states)


def test_the_stationary_law_of_a_normal_target_has_its_variance() -> None:
    states = chains(1.0)
    assert abs(float(states.var()) - 1) < 0.1
    assert states.mean().abs() < 0.1
    assert abs(float((states**4).mean() / states.var() ** 2) - 3) < 0.3


def test_the_variance_is_the_temperature() -> None:
    assert abs(float(chains(0.01, steps=2000).var()) / 0.01 - 1) < 0.1


def test_without_noise_the_chains_fall_to_the_minimum() -> None:
    assert float(chains(0.0, steps=2000).var()) < 1e-12
    assert chains(0.0, steps=2000)[-1].abs() < 1e-6


def test_one_step_is_the_formula() -> None:
    x = nn.Parameter(torch.tensor([1.0, 2.0], dtype=torch.float64))
    y = nn.Parameter(torch.tensor([[3.0]], dtype=torch.float64))
    optimizer = sghmc([x, y], lr=0.1, friction=0.2, temperature=0.5, generator=torch.Generator().manual_seed(4))
    noise = torch.Generator().manual_seed(4)
    position = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    velocity = torch.zeros(3, dtype=torch.float64)
    for _ in range(3):
        x.grad, y.grad = x.detach() * 2, y.detach() * 2
        optimizer.step()
        kick = (2 * 0.2 * 0.1 * 0.5) ** 0.5 * torch.randn(3, generator=noise, dtype=torch.float64)
        velocity = 0.8 * velocity - 0.1 * 2 * position + kick
        position = position + velocity
    torch.testing.assert_close(torch.cat([x.detach(), y.detach().flatten()]), position)


def test_the_path_follows_the_given_stream_and_leaves_the_global_one_alone() -> None:
    before = torch.get_rng_state()
    first, again, other = (chains(1.0, steps=400, count=5, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_the_noise_follows_the_schedule() -> None:
    x = nn.Parameter(torch.zeros(20_000))
    optimizer = sghmc([x], lr=1.0, friction=0.5, temperature=1.0, generator=torch.Generator().manual_seed(0))
    optimizer.param_groups[0]["lr"] = 0.01
    x.grad = torch.zeros_like(x)
    optimizer.step()
    assert abs(float(x.var().detach()) / 0.01 - 1) < 0.05


@pytest.mark.parametrize("given", [{"lr": -0.1}, {"friction": 0.0}, {"friction": 1.5}, {"temperature": -1.0}])
def test_settings_out_of_range(given: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="friction above 0"):
        sghmc([nn.Parameter(torch.zeros(1))], generator=torch.Generator(), **given)

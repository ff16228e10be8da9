"""What holds for every gradient penalty."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from ganzoo.catalog.penalties import ENTRIES
from ganzoo.errors import ConfigError
from ganzoo.game import Turn
from ganzoo.penalties import Penalty
from ganzoo.penalties.dragan import Dragan
from ganzoo.penalties.gradient_penalty import GradientPenalty
from ganzoo.penalties.r1 import R1
from ganzoo.penalties.r2 import R2

CLASSES = [GradientPenalty, Dragan, R1, R2]


@pytest.mark.parametrize("kind", CLASSES)
def test_gradient_in_the_critics_weights_agrees_with_finite_differences(
    kind: type[Penalty], toys: SimpleNamespace, turn: Callable[..., Turn], samples: tuple[Tensor, Tensor]
) -> None:
    rng = torch.Generator().manual_seed(3)
    first = torch.randn(4, 6, generator=rng, dtype=torch.float64, requires_grad=True)
    second = torch.randn(4, generator=rng, dtype=torch.float64, requires_grad=True)

    def value(first: Tensor, second: Tensor) -> Tensor:
        gan = SimpleNamespace(critic=lambda x, batch, kind: torch.tanh(x.flatten(1) @ first.T) @ second)
        return kind()(gan, {}, *samples, turn())

    assert torch.autograd.gradcheck(value, (first, second))


@pytest.mark.parametrize("kind", CLASSES)
def test_the_gradient_leaves_the_samples_alone(
    kind: type[Penalty], toys: SimpleNamespace, turn: Callable[..., Turn], samples: tuple[Tensor, Tensor]
) -> None:
    gan = toys.CriticOnly(toys.Quadratic(torch.eye(6, dtype=torch.float64)))
    kind()(gan, {}, *samples, turn()).backward()
    assert not any(x.requires_grad for x in samples)
    assert gan.discriminator.weight.grad.abs().max() > 0


@pytest.mark.parametrize("kind", CLASSES)
def test_a_critic_without_slope_gives_finite_gradients(
    kind: type[Penalty], toys: SimpleNamespace, turn: Callable[..., Turn], samples: tuple[Tensor, Tensor]
) -> None:
    gan = toys.CriticOnly(toys.Linear(torch.zeros(6, dtype=torch.float64)))
    value = kind()(gan, {}, *samples, turn())
    value.backward()
    assert float(value.detach()) == (1.0 if kind in (GradientPenalty, Dragan) else 0.0)
    assert gan.discriminator.weight.grad.isfinite().all()


@pytest.mark.parametrize("kind", CLASSES)
def test_a_pack_of_samples_is_one_judgement(
    kind: type[Penalty], toys: SimpleNamespace, turn: Callable[..., Turn], samples: tuple[Tensor, Tensor]
) -> None:
    weight = torch.arange(1.0, 13.0, dtype=torch.float64) / 10
    gan = toys.CriticOnly(toys.Linear(weight), packing=2)
    value = kind()(gan, {}, *samples, turn()).detach()
    squared = weight.square().sum()
    expected = (squared.sqrt() - 1).square() if kind in (GradientPenalty, Dragan) else 0.5 * squared
    torch.testing.assert_close(value, expected)


@pytest.mark.parametrize("kind", CLASSES)
def test_a_critic_of_patches_is_summed_over_its_patches(
    kind: type[Penalty], toys: SimpleNamespace, turn: Callable[..., Turn]
) -> None:
    x = torch.randn(3, 1, 4, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    convolution = nn.Conv2d(1, 1, 2, stride=2, bias=False, dtype=torch.float64)
    value = kind()(toys.CriticOnly(convolution), {}, x, x, turn()).detach()
    squared = 4 * convolution.weight.detach().square().sum()
    expected = (squared.sqrt() - 1).square() if kind in (GradientPenalty, Dragan) else 0.5 * squared
    torch.testing.assert_close(value, expected)


@pytest.mark.parametrize("kind", CLASSES)
def test_batch_of_one(kind: type[Penalty], toys: SimpleNamespace, turn: Callable[..., Turn]) -> None:
    gan = toys.CriticOnly(toys.Linear(torch.ones(6)))
    assert kind()(gan, {}, torch.ones(1, 6), torch.zeros(1, 6), turn()).isfinite()


@pytest.mark.parametrize("kind", [GradientPenalty, Dragan])
def test_batch_normalisation_is_refused_by_name(kind: type[Penalty], toys: SimpleNamespace) -> None:
    gan = toys.CriticOnly(nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4)))
    gan.config = {"norm": "batch", "width": 4}
    reason = kind().refuses(gan)
    assert reason is not None
    assert "discriminator.1" in reason and "norm='batch'" in reason and "width" not in reason


@pytest.mark.parametrize("kind", [GradientPenalty, Dragan])
def test_other_normalisations_and_other_players_batch_norm_are_welcome(
    kind: type[Penalty], toys: SimpleNamespace
) -> None:
    gan = toys.CriticOnly(nn.Sequential(nn.Conv2d(1, 4, 3), nn.InstanceNorm2d(4), nn.GroupNorm(2, 4)))
    gan.generator = nn.BatchNorm1d(3)
    assert kind().refuses(gan) is None
    assert R1().refuses(gan) is None


@pytest.mark.parametrize("kind", CLASSES)
def test_weight_and_every_are_settings_of_the_loop(kind: type[Penalty]) -> None:
    penalty = kind(weight=3.0, every=16)
    assert (penalty.weight, penalty.every, penalty.player) == (3.0, 16, "discriminator")
    assert kind().weight == 10.0
    with pytest.raises(ConfigError, match="every=0"):
        kind(every=0)


def test_every_entry_names_its_penalty() -> None:
    for entry in ENTRIES:
        module, attribute = entry.target.split(":")
        assert isinstance(getattr(importlib.import_module(module), attribute)(), Penalty)
    assert len({entry.name for entry in ENTRIES}) == len(CLASSES)

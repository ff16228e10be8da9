"""DiffAugment: what it does to images, its streams, and where it acts."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

import ganzoo
from ganzoo.errors import CompatibilityError, ConfigError
from ganzoo.techniques.diffaug import DiffAugment, colour, translation
from ganzoo.training.plan import settle
from ganzoo.training.run import Run


def ready(technique: DiffAugment, seed: int = 0) -> DiffAugment:
    technique.rng = torch.Generator().manual_seed(seed)
    technique.setup(SimpleNamespace())
    return technique


def images(n: int = 64, channels: int = 3, size: int = 16) -> Tensor:
    return torch.rand(n, channels, size, size, generator=torch.Generator().manual_seed(3)) * 2 - 1


def test_colour_by_hand() -> None:
    x = images(5).double()
    light, purity, spread = torch.rand(3, 5, 1, 1, 1, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    made = colour(x, torch.Generator().manual_seed(1))
    y = x + light - 0.5
    y = (y - y.mean(1, keepdim=True)) * 2 * purity + y.mean(1, keepdim=True)
    mean = y.mean((1, 2, 3), keepdim=True)
    assert torch.allclose(made, (y - mean) * (spread + 0.5) + mean)


def test_translation_reaches_an_eighth_either_way_evenly_and_lets_zeros_in() -> None:
    x = torch.zeros(4000, 1, 16, 16)
    x[:, :, 8, 8] = 1
    made = translation(x, torch.Generator().manual_seed(0))
    _, _, rows, columns = made.nonzero(as_tuple=True)
    for places in (rows, columns):
        counts = torch.bincount(places, minlength=16)
        assert set(counts.nonzero().flatten().tolist()) == {6, 7, 8, 9, 10}
        assert counts[6:11].min() > 700
    assert float(translation(torch.ones(4000, 1, 16, 16), torch.Generator()).mean()) < 0.95


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_gradients_pass_to_the_image(channels: int) -> None:
    technique = ready(DiffAugment())
    x = images(2, channels, 6).double()

    def change(x: Tensor) -> Tensor:
        return ready(technique).critic_input(x, "fake")

    assert torch.autograd.gradcheck(change, (x.requires_grad_(),), fast_mode=True)
    assert torch.autograd.gradgradcheck(lambda x: change(x).square(), (x,), fast_mode=True)


def test_reals_and_fakes_draw_from_their_own_streams_in_any_order() -> None:
    x, first, second = images(), ready(DiffAugment()), ready(DiffAugment())
    real, fake = first.critic_input(x, "real"), first.critic_input(x, "fake")
    other_fake, other_real = second.critic_input(x, "fake"), second.critic_input(x, "real")
    assert torch.equal(real, other_real) and torch.equal(fake, other_fake)
    assert not torch.equal(real, fake)
    assert not torch.equal(ready(DiffAugment(), seed=1).critic_input(x, "real"), real)


def test_it_goes_on_where_it_was() -> None:
    x, technique = images(), ready(DiffAugment())
    technique.critic_input(x, "real")
    state, fresh = technique.state_dict(), ready(DiffAugment(), seed=5)
    fresh.load_state_dict({kind: value.clone() for kind, value in state.items()})
    for kind in ("real", "fake", "between"):
        assert torch.equal(technique.critic_input(x, kind), fresh.critic_input(x, kind))


def test_policy() -> None:
    x = images()
    only = ready(DiffAugment(policy=("cutout",))).critic_input(x, "real")
    kept = only != 0
    assert torch.equal(only[kept], x[kept]) and 0.5 < float(kept.float().mean()) < 0.95
    with pytest.raises(ConfigError, match="changes nothing"):
        DiffAugment(policy=())


@pytest.mark.parametrize("name", ["diffaug", "ada"])
def test_points_are_refused(name: str) -> None:
    gan = ganzoo.create("gan", data=ganzoo.load_data("ring8", size=64))
    with pytest.raises(CompatibilityError, match="no image"):
        Run(gan, ganzoo.load_data("ring8", size=64), settle(gan, techniques=[name], rounds=1))

"""InfoGAN's codes: layout of the input, laws of the parts."""

from __future__ import annotations

import pytest
import torch

from ganzoo.errors import ConfigError
from ganzoo.latents.codes import Codes


def test_the_input_is_noise_then_one_hot_codes_then_continuous_codes() -> None:
    latent = Codes(noise=2, categories=(3, 2), continuous=1)
    assert latent.dim == 8
    parts = {
        "z": torch.tensor([[0.1, 0.2]]),
        "category0": torch.tensor([2]),
        "category1": torch.tensor([0]),
        "continuous": torch.tensor([[-0.5]]),
    }
    torch.testing.assert_close(latent(parts), torch.tensor([[0.1, 0.2, 0, 0, 1, 1, 0, -0.5]]))


def test_the_paper_s_setting_is_the_default() -> None:
    latent = Codes()
    assert latent.dim == 74
    assert list(latent.draw(1, torch.Generator())) == ["z", "category0", "continuous"]


def test_parts_follow_their_laws() -> None:
    parts = Codes(noise=2, categories=(5, 2), continuous=2).draw(10_000, torch.Generator().manual_seed(0))
    for name in ("z", "continuous"):
        assert parts[name].abs().max() <= 1
        assert parts[name].mean().abs() < 0.02 and abs(float(parts[name].var()) - 1 / 3) < 0.01
    for name, values in (("category0", 5), ("category1", 2)):
        assert parts[name].dtype == torch.int64
        shares = torch.bincount(parts[name], minlength=values) / 10_000
        assert len(shares) == values and (shares - 1 / values).abs().max() < 0.02


def test_categories_stay_whole_on_the_way() -> None:
    latent = Codes(noise=1, categories=(9,), continuous=1)
    first, second = (
        {"z": torch.full((1, 1), a), "category0": torch.tensor([k]), "continuous": torch.full((1, 1), a)}
        for a, k in ((0.0, 1), (1.0, 8))
    )
    between = latent.interpolate(first, second, 0.75)
    assert between["category0"].item() == 1
    assert between["continuous"].item() == between["z"].item() == 0.75


def test_codes_without_some_kinds() -> None:
    assert Codes(noise=0, categories=(4,), continuous=0).dim == 4
    only_noise = Codes(noise=3, categories=(), continuous=0)
    assert only_noise(only_noise.draw(2, torch.Generator())).shape == (2, 3)


@pytest.mark.parametrize(
    "given", [{"noise": -1}, {"categories": (1,)}, {"continuous": -2}, {"noise": 0, "categories": (), "continuous": 0}]
)
def test_settings_that_cannot_work(given: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        Codes(**given)

"""Normal and truncated draws against their laws; exact truncation; great circles."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.latents.normal import Normal, narrow, slerp
from ganzoo.latents.truncated import Truncated
from ganzoo.latents.uniform import Uniform

COUNT = 20_000


def phi(z: Tensor) -> Tensor:
    return 0.5 * torch.erfc(-z.double() / math.sqrt(2))


def ks_passes(draws: Tensor, distribution: Tensor) -> bool:
    """Kolmogorov-Smirnov at the 0.1 % level: the distribution function at the draws against their ranks."""
    values = distribution.double().sort().values
    n = len(values)
    ranks = torch.arange(n, dtype=torch.float64) / n
    distance = torch.maximum((values - ranks).abs().max(), (values - ranks - 1 / n).abs().max())
    return bool(distance < 1.95 / math.sqrt(n)) and len(draws) == n


def draw(latent: torch.nn.Module, seed: int = 0) -> Tensor:
    return latent.draw(COUNT // latent.dim, torch.Generator().manual_seed(seed))["z"]


def test_normal_follows_its_law() -> None:
    z = draw(Normal(dim=2)).flatten()
    assert z.mean().abs() < 0.03 and abs(float(z.var()) - 1) < 0.05
    assert abs(float((z**4).mean()) - 3) < 0.2
    assert ks_passes(z, phi(z))


def test_numbers_of_one_draw_are_independent() -> None:
    z = draw(Normal(dim=2))
    assert torch.corrcoef(z.T)[0, 1].abs() < 0.04


def test_uniform_follows_its_law() -> None:
    z = draw(Uniform(dim=2)).flatten()
    assert z.abs().max() <= 1
    assert z.mean().abs() < 0.02 and abs(float(z.var()) - 1 / 3) < 0.01
    assert ks_passes(z, (z + 1) / 2)


@pytest.mark.parametrize("limit", [0.1, 0.7, 2.0, 9.0])
def test_truncated_follows_its_law(limit: float) -> None:
    z = draw(Truncated(dim=2, limit=limit)).flatten()
    assert z.abs().max() <= limit
    limits = torch.tensor([-limit, limit])
    low, high = phi(limits)
    assert ks_passes(z, (phi(z) - low) / (high - low))
    density = math.exp(-(limit**2) / 2) / math.sqrt(2 * math.pi)
    variance = 1 - 2 * limit * density / float(high - low)
    assert abs(float(z.var()) / variance - 1) < 0.05


@pytest.mark.parametrize("limit", [0.0, -1.0, math.nan])
def test_limits_and_truncations_are_positive(limit: float) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        Truncated(dim=2, limit=limit)
    with pytest.raises(ConfigError, match="above 0"):
        Normal(dim=2).truncate({"z": torch.zeros(1, 2)}, limit)


@pytest.mark.parametrize("t", [0.3, 1.0, 2.0, 5.0])
def test_truncation_is_the_inverse_of_the_cut_law_after_the_normal_law(t: float) -> None:
    z = torch.linspace(-4, 4, 81, dtype=torch.float64)
    cut = Normal(dim=1).truncate({"z": z[:, None]}, t)["z"][:, 0]
    low, high = phi(torch.tensor([-t, t], dtype=torch.float64))
    torch.testing.assert_close(phi(cut), low + phi(z) * (high - low), rtol=0, atol=1e-13)
    assert cut.abs().max() <= t and (cut.diff() > 0).all()


def test_truncated_draws_follow_the_cut_law_and_keep_their_dtype() -> None:
    latent = Normal(dim=2)
    parts = latent.draw(COUNT, torch.Generator().manual_seed(1))
    cut = latent.truncate(parts, 0.5)["z"]
    assert cut.dtype == torch.float32
    low, high = phi(torch.tensor([-0.5, 0.5]))
    flat = cut.flatten()
    assert ks_passes(flat, (phi(flat) - low) / (high - low))


def test_a_truncated_prior_narrows_to_the_same_law_as_the_normal_one() -> None:
    latent = Truncated(dim=1, limit=2.0)
    parts = latent.draw(COUNT, torch.Generator().manual_seed(2))
    cut = latent.truncate(parts, 1.0)["z"].flatten()
    low, high = phi(torch.tensor([-1.0, 1.0]))
    assert ks_passes(cut, (phi(cut) - low) / (high - low))
    assert latent.truncate(parts, 3.0)["z"] is parts["z"]


def test_extreme_draws_stay_within_the_cut() -> None:
    z = torch.tensor([-40.0, -8.0, 0.0, 8.0, 40.0])
    assert narrow(z, math.inf, 1.5).tolist() == pytest.approx([-1.5, -1.5, 0.0, 1.5, 1.5])
    assert narrow(z, math.inf, 9.0).isfinite().all()


def test_slerp_moves_at_constant_speed_on_the_sphere() -> None:
    rng = torch.Generator().manual_seed(0)
    first, second = torch.nn.functional.normalize(torch.randn(2, 8, 5, generator=rng, dtype=torch.float64), dim=2)
    whole = torch.acos((first * second).sum(1))
    for t in (0.1, 0.25, 0.5, 0.9):
        point = slerp(first, second, t)
        torch.testing.assert_close(point.norm(dim=1), torch.ones(8, dtype=torch.float64))
        torch.testing.assert_close(torch.acos((first * point).sum(1)), t * whole)


def test_slerp_of_right_angles_is_sine_and_cosine() -> None:
    point = slerp(torch.tensor([[3.0, 0.0]]), torch.tensor([[0.0, 1.0]]), 1 / 3)
    torch.testing.assert_close(point, torch.tensor([[3 * math.cos(math.pi / 6), math.sin(math.pi / 6)]]))


def test_slerp_of_rows_on_a_line_is_linear_and_finite() -> None:
    first = torch.tensor([[1.0, 2.0], [1.0, 2.0], [0.0, 0.0], [1.0, 2.0]])
    second = torch.tensor([[2.0, 4.0], [-1.0, -2.0], [1.0, 1.0], [1.0, 2.0]])
    torch.testing.assert_close(slerp(first, second, 0.5)[[0, 1, 3]], (0.5 * (first + second))[[0, 1, 3]])
    assert slerp(first, second, 0.5).isfinite().all()
    one = Normal(dim=1)
    torch.testing.assert_close(
        one.interpolate({"z": torch.tensor([[1.0]])}, {"z": torch.tensor([[3.0]])}, 0.5)["z"], torch.tensor([[2.0]])
    )


def test_slerp_of_nearly_equal_rows_is_accurate_in_single_precision() -> None:
    first = torch.randn(50, 64, generator=torch.Generator().manual_seed(0))
    second = first + 1e-4 * torch.randn(50, 64, generator=torch.Generator().manual_seed(1))
    exact = slerp(first.double(), second.double(), 0.3)
    assert (slerp(first, second, 0.3) - exact).abs().max() < 1e-6


def test_truncated_and_uniform_priors_stay_within_their_bounds_on_the_way() -> None:
    corners = {"z": torch.tensor([[2.0, 0.0]])}, {"z": torch.tensor([[0.0, 2.0]])}
    torch.testing.assert_close(Truncated(dim=2).interpolate(*corners, 0.5)["z"], torch.tensor([[1.0, 1.0]]))
    torch.testing.assert_close(Uniform(dim=2).interpolate(*corners, 0.25)["z"], torch.tensor([[1.5, 0.5]]))

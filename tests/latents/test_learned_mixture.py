"""DeLiGAN's prior: the reparametrisation, its gradients, its start."""

from __future__ import annotations

import pytest
import torch

from ganzoo.errors import ConfigError
from ganzoo.latents.learned_mixture import LearnedMixture


def test_each_row_is_moved_and_scaled_by_its_own_component() -> None:
    latent = LearnedMixture(dim=2, components=3)
    with torch.no_grad():
        latent.mu.copy_(torch.tensor([[0.0, 0], [10, 20], [-1, -2]]))
        latent.sigma.copy_(torch.tensor([[1.0, 1], [2, 3], [0.5, 0]]))
    parts = {"z": torch.tensor([[1.0, -1], [4, 4]]), "component": torch.tensor([1, 2])}
    torch.testing.assert_close(latent(parts), torch.tensor([[12.0, 17], [1, -2]]))


def test_gradients_reach_the_centres_and_widths_of_the_drawn_components_only() -> None:
    latent = LearnedMixture(dim=2, components=4)
    parts = {"z": torch.tensor([[1.0, -1], [3, 5], [0, 1]]), "component": torch.tensor([1, 3, 1])}
    latent(parts).sum().backward()
    assert latent.mu.grad.tolist() == [[0, 0], [2, 2], [0, 0], [1, 1]]
    assert latent.sigma.grad.tolist() == [[0, 0], [1, 0], [0, 0], [3, 5]]


def test_components_are_equally_likely_and_the_noise_is_normal() -> None:
    parts = LearnedMixture(dim=1, components=5).draw(10_000, torch.Generator().manual_seed(0))
    shares = torch.bincount(parts["component"], minlength=5) / 10_000
    assert (shares - 0.2).abs().max() < 0.02
    assert parts["z"].mean().abs() < 0.04 and abs(float(parts["z"].var()) - 1) < 0.06


def test_the_start() -> None:
    torch.manual_seed(0)
    latent = LearnedMixture(dim=20, components=50, spread=0.5, sigma=0.3)
    assert latent.mu.abs().max() <= 0.5 and latent.mu.abs().max() > 0.49
    assert latent.mu.mean().abs() < 0.05
    assert (latent.sigma == 0.3).all()
    with pytest.raises(ConfigError, match="1 or more"):
        LearnedMixture(dim=2, components=0)


def test_the_regulariser_draws_widths_towards_one() -> None:
    latent = LearnedMixture(dim=2, components=2)
    with torch.no_grad():
        latent.sigma.copy_(torch.tensor([[0.0, 1.0], [3.0, 0.5]]))
    value = latent.regulariser()
    assert abs(float(value.detach()) - (1 + 0 + 4 + 0.25) / 4) < 1e-7
    value.backward()
    torch.testing.assert_close(latent.sigma.grad, torch.tensor([[-0.5, 0.0], [1.0, -0.25]]))

"""DeLiGAN's prior: a mixture of Gaussians whose centres and widths are trained with the generator."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from ganzoo.errors import ConfigError
from ganzoo.latents.latent import Latent
from ganzoo.latents.normal import narrow


class LearnedMixture(Latent):
    """mu_i + sigma_i * eps with i ~ U{1..components}, eps ~ N(0, I) (arXiv:1706.02071, equation 3).

    Args:
        dim: numbers in the generator's input.
        components: of the mixture, all equally likely.
        spread: the centres start at U(-spread, spread).
        sigma: what all widths start at; the paper takes 0.2 for images, its program 0.02 for toy data.

    Parts: "z" (N, dim), which is eps, and "component" int64 (N,). Weights: `mu` and `sigma` (components, dim).
    """

    def __init__(self, *, dim: int, components: int = 50, spread: float = 1.0, sigma: float = 0.2) -> None:
        super().__init__(dim=dim)
        if components < 1:
            raise ConfigError(f"components={components}: a mixture has 1 or more")
        self.components = components
        self.mu = nn.Parameter(torch.empty(components, dim).uniform_(-spread, spread))
        self.sigma = nn.Parameter(torch.full((components, dim), sigma))

    def draw(self, n: int, rng: torch.Generator) -> dict[str, Tensor]:
        z = torch.randn(n, self.dim, generator=rng, device=rng.device)
        return {"z": z, "component": torch.randint(self.components, (n,), generator=rng, device=rng.device)}

    def forward(self, parts: dict[str, Tensor]) -> Tensor:
        return self.mu[parts["component"]] + self.sigma[parts["component"]] * parts["z"]

    def truncate(self, parts: dict[str, Tensor], truncation: float) -> dict[str, Tensor]:
        """Each component cut off at +-truncation of its widths, which must be above 0."""
        return {**parts, "z": narrow(parts["z"], math.inf, truncation)}

    def shift(self, parts: dict[str, Tensor], step: Tensor) -> dict[str, Tensor]:
        return {**parts, "z": parts["z"] + step / self.sigma[parts["component"]]}

    def regulariser(self) -> Tensor:
        """Mean of (1 - sigma)^2: part of the generator's loss, it keeps the components from shrinking to points."""
        return (1 - self.sigma).square().mean()

"""The uniform prior of the first GANs."""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo.latents.latent import Latent


class Uniform(Latent):
    """z ~ U(-1, 1), each number on its own. Parts: "z" (N, dim)."""

    def draw(self, n: int, rng: torch.Generator) -> dict[str, Tensor]:
        return {"z": 2 * torch.rand(n, self.dim, generator=rng, device=rng.device) - 1}

    def nearest(self, parts: dict[str, Tensor]) -> dict[str, Tensor]:
        return {**parts, "z": parts["z"].clamp(-1, 1)}

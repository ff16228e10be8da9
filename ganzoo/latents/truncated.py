"""A normal prior without tails, for generators that are also trained without them."""

from __future__ import annotations

import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.latents.latent import Latent
from ganzoo.latents.normal import narrow


class Truncated(Latent):
    """z ~ N(0, I) given |z_i| <= limit for each number (arXiv:1809.11096, appendix E). Parts: "z" (N, dim).

    Args:
        dim: numbers in the generator's input.
        limit: where the law is cut off, in standard deviations of the uncut law; above 0.
    """

    def __init__(self, *, dim: int, limit: float = 2.0) -> None:
        super().__init__(dim=dim)
        if not limit > 0:
            raise ConfigError(f"limit={limit}: a normal law is cut off at a number above 0")
        self.limit = limit

    def draw(self, n: int, rng: torch.Generator) -> dict[str, Tensor]:
        z = torch.empty(n, self.dim, device=rng.device)
        return {"z": torch.nn.init.trunc_normal_(z, a=-self.limit, b=self.limit, generator=rng)}

    def truncate(self, parts: dict[str, Tensor], truncation: float) -> dict[str, Tensor]:
        """The same draws mapped to the normal law cut off at the smaller of truncation and limit."""
        return {**parts, "z": narrow(parts["z"], self.limit, truncation)}

    def nearest(self, parts: dict[str, Tensor]) -> dict[str, Tensor]:
        return {**parts, "z": parts["z"].clamp(-self.limit, self.limit)}

"""The standard normal prior, with exact truncation and interpolation along great circles."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.latents.latent import Latent


class Normal(Latent):
    """z ~ N(0, I). Parts: "z" (N, dim)."""

    def draw(self, n: int, rng: torch.Generator) -> dict[str, Tensor]:
        return {"z": torch.randn(n, self.dim, generator=rng, device=rng.device)}

    def truncate(self, parts: dict[str, Tensor], truncation: float) -> dict[str, Tensor]:
        """The same draws mapped to the normal law cut off at +-truncation, which must be above 0."""
        return {**parts, "z": narrow(parts["z"], math.inf, truncation)}

    def nearest(self, parts: dict[str, Tensor]) -> dict[str, Tensor]:
        """Inside the ball that holds nearly all of the law: norms are sqrt(dim), give or take 0.7."""
        norms = parts["z"].norm(dim=1, keepdim=True)
        return {**parts, "z": parts["z"] * ((math.sqrt(self.dim) + 2) / norms.clamp_min(1e-12)).clamp(max=1)}

    def interpolate(self, first: dict[str, Tensor], second: dict[str, Tensor], t: float) -> dict[str, Tensor]:
        """Along the great circle, so that every point on the way has a norm that the prior gives."""
        return {**super().interpolate(first, second, t), "z": slerp(first["z"], second["z"], t)}


def narrow(z: Tensor, limit: float, smaller: float) -> Tensor:
    """Draws of a normal law cut off at +-limit, mapped to one cut off at +-smaller by their rank.

    The inverse of the new distribution function after the old one; order and sign of the draws are kept. A
    `smaller` that is not smaller changes nothing. Raises ConfigError unless it is above 0.
    """
    if not smaller > 0:
        raise ConfigError(f"truncation={smaller}: a normal law is cut off at a number above 0", hint="try 0.7")
    if smaller >= limit:
        return z
    # 2 Phi(z) - 1 = erf(z / sqrt 2), and the law is symmetric, so that ranks scale about 0. Double precision,
    # because single precision has no ranks left beyond 5 standard deviations; MPS knows single precision only.
    wide = z if z.device.type == "mps" else z.double()
    rank = torch.erf(wide / math.sqrt(2)) * (math.erf(smaller / math.sqrt(2)) / math.erf(limit / math.sqrt(2)))
    return (math.sqrt(2) * torch.erfinv(rank)).clamp(-smaller, smaller).to(z.dtype)


def slerp(first: Tensor, second: Tensor, t: float) -> Tensor:
    """Spherical interpolation of the rows of two (N, dim) tensors at the share t of the way (arXiv:1609.04468).

    Rows on one line, where no great circle is the shortest, are interpolated linearly.
    """
    tiny = torch.finfo(first.dtype).tiny
    a = first / first.norm(dim=1, keepdim=True).clamp_min(tiny)
    b = second / second.norm(dim=1, keepdim=True).clamp_min(tiny)
    # Twice the half angle: accurate for all angles, where the arc cosine is not near 0 and pi.
    angle = 2 * torch.atan2((a - b).norm(dim=1, keepdim=True), (a + b).norm(dim=1, keepdim=True))
    sine = torch.sin(angle)
    on_a_line = sine < 1e-6
    sine = torch.where(on_a_line, 1.0, sine)
    around = torch.sin((1 - t) * angle) / sine * first + torch.sin(t * angle) / sine * second
    return torch.where(on_a_line, torch.lerp(first, second, t), around)

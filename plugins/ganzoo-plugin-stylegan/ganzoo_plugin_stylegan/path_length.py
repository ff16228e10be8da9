"""The path-length penalty: a step in the style space moves the image as far wherever it is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.penalties import Penalty

if TYPE_CHECKING:
    from ganzoo.game import Batch, Turn


class PathLength(Penalty):
    """E (|J^T y| - a)^2 (arXiv:1912.04958, equation 4): J the Jacobian of the image by the style, a the running mean.

    y is normal noise, divided by the square root of the number of pixels, so that lengths do not grow with the image;
    J^T y is the gradient of <image, y>. Squared lengths are averaged over the layers' styles, as the authors do.

    Args:
        weight: the authors take 2 at the `every` of 4.
        every: rounds between two uses.
        decay: share of the running mean that a use leaves in place.
        share: of the batch that is used, which saves memory.

    It draws latents of its own. For GANs with `training_latent`, `styles` and `synthesise`.
    """

    player = "generator"

    def __init__(self, *, weight: float = 2.0, every: int = 4, decay: float = 0.99, share: float = 0.5) -> None:
        super().__init__(weight=weight, every=every)
        if not 0 <= decay < 1 or not 0 < share <= 1:
            raise ConfigError(f"decay={decay}, share={share}: the first is in [0, 1), the second in (0, 1]")
        self.decay, self.share = decay, share
        self.register_buffer("mean", torch.zeros(()))

    def forward(self, gan: Any, batch: Batch, real: Tensor, fake: Tensor, turn: Turn) -> Tensor:
        n = max(round(len(real) * self.share), 1)
        part = {name: value[:n] for name, value in batch.items() if isinstance(value, Tensor)}
        latent = gan.training_latent(n, turn.rng)
        ws = gan.styles(latent, part)
        images = gan.synthesise(ws, latent)
        y = torch.randn(images.shape, generator=turn.rng, device=images.device, dtype=images.dtype)
        y = y / (images.shape[2] * images.shape[3]) ** 0.5
        (gradients,) = torch.autograd.grad((images * y).sum(), ws, create_graph=True)
        lengths = gradients.square().sum(2).mean(1).sqrt()  # (n,)
        with torch.no_grad():
            self.mean.lerp_(lengths.mean(), 1 - self.decay)
        return (lengths - self.mean).square().mean()

    def refuses(self, gan: Any) -> str | None:
        if all(hasattr(gan, method) for method in ("training_latent", "styles", "synthesise")):
            return None
        return f"{type(gan).__name__} has no styles whose paths could be measured"

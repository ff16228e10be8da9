"""InfoGAN's prior: noise that nobody reads, and codes that should mean something."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.latents.latent import Latent


class Codes(Latent):
    """Noise, categorical codes and continuous codes side by side (arXiv:1606.03657, appendix C).

    Args:
        noise: numbers of U(-1, 1) noise, 0 or more.
        categories: number of values of each categorical code, each 2 or more; all values are equally likely.
        continuous: number of continuous codes, U(-1, 1), 0 or more.

    Parts: "z" (N, noise), "category0", "category1", ... int64 (N,), and "continuous" (N, continuous).
    The generator's input is the noise, the codes one-hot, then the continuous codes; `dim` follows from these, so
    this prior takes no `dim`.
    """

    def __init__(self, *, noise: int = 62, categories: tuple[int, ...] = (10,), continuous: int = 2) -> None:
        if noise < 0 or continuous < 0 or any(values < 2 for values in categories):
            raise ConfigError(
                f"noise={noise}, categories={tuple(categories)}, continuous={continuous}: noise and continuous must "
                "be 0 or more, and every category needs 2 values or more"
            )
        super().__init__(dim=noise + sum(categories) + continuous)
        self.noise = noise
        self.categories = tuple(categories)
        self.continuous = continuous

    def draw(self, n: int, rng: torch.Generator) -> dict[str, Tensor]:
        parts = {"z": 2 * torch.rand(n, self.noise, generator=rng, device=rng.device) - 1}
        for i, values in enumerate(self.categories):
            parts[f"category{i}"] = torch.randint(values, (n,), generator=rng, device=rng.device)
        parts["continuous"] = 2 * torch.rand(n, self.continuous, generator=rng, device=rng.device) - 1
        return parts

    def shift(self, parts: dict[str, Tensor], step: Tensor) -> dict[str, Tensor]:
        raise NotSamplable("categories cannot be moved along a direction", hint="choose the codes themselves")

    def forward(self, parts: dict[str, Tensor]) -> Tensor:
        hot = [one_hot(parts[f"category{i}"], values) for i, values in enumerate(self.categories)]
        return torch.cat([parts["z"], *(h.to(parts["z"].dtype) for h in hot), parts["continuous"]], dim=1)

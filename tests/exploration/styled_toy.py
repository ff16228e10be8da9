"""A generator with styles that is simple enough to be checked by hand."""

import torch
from torch import nn

from ganzoo.gan import GAN
from ganzoo.latents.normal import Normal


class Toy(GAN):
    """Four styles of two numbers; each style is read off linearly into one row of a 4 x 4 image."""

    num_styles, style_dim = 4, 2

    def __init__(self, *, latent_dim: int = 3) -> None:
        super().__init__()
        self.prior = Normal(dim=latent_dim)
        self.generator = nn.ModuleDict(
            {
                "mapping": nn.Linear(latent_dim, self.style_dim),
                "rows": nn.ModuleList(nn.Linear(self.style_dim, 4, bias=False) for _ in range(self.num_styles)),
            }
        )
        self.discriminator = nn.Linear(16, 1)

    def styles(self, latent, batch):
        return self.generator["mapping"](latent["z"])[:, None].expand(-1, self.num_styles, -1)

    def mean_style(self, batch):
        return self.generator["mapping"].bias

    def style_weights(self):
        return [row.weight for row in self.generator["rows"]]

    def synthesise(self, styles, latent):
        rows = [row(styles[:, i]) for i, row in enumerate(self.generator["rows"])]
        return torch.stack(rows, 1)[:, None] / 4

    def generate(self, latent, batch):
        return self.synthesise(self.styles(latent, batch), latent).clamp(-1, 1)

"""What all GANs with a mapping and a synthesis network share: styles, mixing, noise, truncation, and their losses.

Latents have the parts
    z (N, latent_dim)           what styles are mapped from,
    noise0, noise1, ...         (N, 1, size, size) of each layer, where noise is drawn anew; else layers take their own,
    psi (N, num_styles)         how far each style stays from the mean one, where sampling truncates,
and those of training, where styles are mixed (arXiv:1812.04948, section 3.1), besides
    other (N, latent_dim)       what the finer styles are mapped from,
    crossover (N,) int64        the first of these, from 1 to num_styles, where the last mixes nothing.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo.latents.normal import Normal
from ganzoo_plugin_stylegan.mapping import Mapping

NoiseKind = Literal["random", "constant", "none"]


class Generator(nn.Module):
    """A mapping network and a synthesis network with `num_styles`, `draw_noise` and `constant_noise`."""

    def __init__(self, mapping: Mapping, synthesis: nn.Module) -> None:
        super().__init__()
        self.mapping = mapping
        self.synthesis = synthesis


class StyleBased(GAN):
    """A GAN of a `generator` as above and a `discriminator` of (images, conditions).

    Args:
        latent_dim: numbers in a latent.
        num_classes: of the data.
        conditional: labels reach both networks.
        noise: what sampling gives the layers: "random" draws it for each sample, "constant" takes what each layer
            keeps, "none" builds networks without. Training draws it, unless there is none.
        mixing: share of training samples whose finer styles come from another latent.
        truncation_cutoff: how many of the coarser styles truncation acts on; None means all.
        average_decay: share of the mean style that a turn of the generator leaves in place.
    """

    sampling = ("prior", "generator")

    def __init__(
        self,
        *,
        latent_dim: int,
        num_classes: int | None,
        conditional: bool,
        noise: NoiseKind,
        mixing: float,
        truncation_cutoff: int | None,
        average_decay: float,
    ) -> None:
        super().__init__()
        if conditional and num_classes is None:
            raise ConfigError(
                "conditional=True: there are no classes", hint="choose data with labels, or num_classes=10"
            )
        if not 0 <= mixing <= 1 or not 0 <= average_decay <= 1:
            raise ConfigError(f"mixing={mixing}, average_decay={average_decay}: both are shares, in [0, 1]")
        if (truncation_cutoff or 0) < 0:
            raise ConfigError(f"truncation_cutoff={truncation_cutoff}: a number of styles is 0 or more")
        self.num_classes = num_classes if conditional else None
        self.noise, self.mixing, self.cutoff, self.decay = noise, mixing, truncation_cutoff, average_decay
        self.prior = Normal(dim=latent_dim)

    # Latents -------------------------------------------------------------------------------------

    def latent(self, n: int, rng: torch.Generator) -> Latents:
        return self.prior.draw(n, rng) | (self.draw_noise(n, rng) if self.noise == "random" else {})

    def training_latent(self, n: int, rng: torch.Generator) -> Latents:
        """Latents of training: noise is new, and styles are mixed."""
        num_styles = self.generator.synthesis.num_styles
        latent = self.prior.draw(n, rng) | self.draw_noise(n, rng)
        if not self.mixing or num_styles < 2:
            return latent
        mixed = torch.rand(n, generator=rng, device=rng.device) < self.mixing
        crossover = torch.randint(1, num_styles, (n,), generator=rng, device=rng.device)
        return latent | {
            "other": self.prior.draw(n, rng)["z"],
            "crossover": crossover.where(mixed, torch.full_like(crossover, num_styles)),
        }

    def draw_noise(self, n: int, rng: torch.Generator) -> Latents:
        """New noise for every layer."""
        return {f"noise{i}": noise for i, noise in enumerate(self.generator.synthesis.draw_noise(n, rng))}

    def truncate(self, latent: Latents, truncation: float) -> Latents:
        """The same latents, whose styles keep the share `truncation` of their distance from the mean style."""
        psi = torch.ones(len(latent["z"]), self.generator.synthesis.num_styles)
        psi[:, : self.cutoff] = truncation
        return latent | {"psi": psi}

    def interpolate_latents(self, first: Latents, second: Latents, t: float) -> Latents:
        """Along the great circle between the two z; the noise is that of the first all the way."""
        return first | self.prior.interpolate({"z": first["z"]}, {"z": second["z"]}, t)

    # From latents to images ------------------------------------------------------------------------

    def conditions(self, batch: Batch) -> Tensor | None:
        """Labels as one-hot vectors (N, num_classes); None without conditions."""
        return None if self.num_classes is None else one_hot(batch["y"], self.num_classes).to(self.dtype)

    @property
    def dtype(self) -> torch.dtype:
        """Of the weights."""
        return next(self.generator.parameters()).dtype

    def styles(self, latent: Latents, batch: Batch) -> Tensor:
        """(N, num_styles, style_dim): mapped, mixed and truncated, as far as the latent asks for it."""
        mapping, condition = self.generator.mapping, self.conditions(batch)
        num_styles = self.generator.synthesis.num_styles
        ws = mapping(latent["z"], condition)[:, None].expand(-1, num_styles, -1)
        if "other" in latent:
            finer = torch.arange(num_styles, device=ws.device) >= latent["crossover"][:, None]
            ws = torch.where(finer[:, :, None], mapping(latent["other"], condition)[:, None], ws)
        return mapping.truncate(ws, latent["psi"][:, :, None], condition) if "psi" in latent else ws

    @property
    def num_styles(self) -> int:
        """Places that take a style, from the coarsest."""
        return self.generator.synthesis.num_styles

    @property
    def style_dim(self) -> int:
        """Numbers in a style."""
        return self.generator.synthesis.style_dim

    def mean_style(self, batch: Batch) -> Tensor:
        """The running mean of training: (style_dim,), or (N, style_dim) where each class has its own."""
        return self.generator.mapping.mean(self.conditions(batch) if "y" in batch else None)

    def style_weights(self) -> list[Tensor]:
        """For each style, the matrix (rows, style_dim) that it meets first."""
        return self.generator.synthesis.style_weights()

    def synthesise(self, ws: Tensor, latent: Latents) -> Tensor:
        """Images (N, channels, size, size) of styles, in about [-1, 1], with the noise of the latent."""
        synthesis = self.generator.synthesis
        drawn = [latent[f"noise{i}"] for i in range(len(synthesis.noise_sizes))] if "noise0" in latent else None
        return synthesis(ws, synthesis.constant_noise() if drawn is None else drawn)

    def draw_image(self, latent: Latents, batch: Batch) -> Tensor:
        """What training plays with: the output is linear, as in the papers, and may leave [-1, 1]."""
        return self.synthesise(self.styles(latent, batch), latent)

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        return self.draw_image(latent, batch).clamp(-1, 1)

    # The game --------------------------------------------------------------------------------------

    def discriminate(self, x: Tensor, batch: Batch) -> Tensor:
        return self.discriminator(x, self.conditions(batch))

    def discriminator_loss(self, batch: Batch, turn: Turn) -> Terms:
        turn.real = batch["x"]
        with torch.no_grad():
            turn.fake = self.draw_image(self.training_latent(len(turn.real), turn.rng), batch)
        real_logits = self.critic(turn.real, batch, "real")
        fake_logits = self.critic(turn.fake, batch, "fake")
        return {"adversarial": self.loss.discriminator(real_logits, fake_logits)}

    def generator_loss(self, batch: Batch, turn: Turn) -> Terms:
        latent = self.training_latent(len(batch["x"]), turn.rng)
        ws = self.styles(latent, batch)
        # The first style is never a mixed one.
        self.generator.mapping.track(ws[:, 0], self.decay, self.conditions(batch))
        fake = self.synthesise(ws, latent)
        turn.real, turn.fake = batch["x"], fake.detach()
        return {"adversarial": self.fool(fake, batch)}

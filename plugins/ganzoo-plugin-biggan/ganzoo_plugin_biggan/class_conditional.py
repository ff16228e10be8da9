"""The game that BigGAN and BigGAN-deep play, whatever their networks are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ganzoo.core.components import Component
from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Defaults, Phase, Player, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo.latents import Latent
from ganzoo.latents.building import build_latent
from ganzoo_plugin_biggan.orthogonal import filter_overlap
from ganzoo_plugin_biggan.standing import accumulate_standing_statistics, level_of


class ClassConditional(GAN):
    """Hinge loss, two turns of the discriminator to one of the generator, and a rate for each of them.

    Sub-classes set `generator` (z, y, level -> images), `discriminator` (x, y -> logits) and `prior`.
    """

    defaults = Defaults(
        loss="hinge",
        optimizer={"name": "adam", "lr": 2e-4, "betas": (0.0, 0.999)},
        batch_size=64,
        rounds=20_000,
        ema=0.9999,
    )

    def settle(
        self,
        *,
        num_classes: int,
        latent: Component,
        latent_dim: int,
        orthogonal: float,
        levels: int,
        standing_passes: int,
    ) -> None:
        """Keep what the game needs to know. Raises: ConfigError for what cannot be played with."""
        if orthogonal < 0 or standing_passes < 0 or levels < 1:
            raise ConfigError(
                f"orthogonal={orthogonal}, standing_passes={standing_passes}, levels={levels}: "
                "the first two are 0 or more, levels is 1 or more"
            )
        self.num_classes = num_classes
        self.prior = build_latent(latent, dim=latent_dim)
        if levels > 1 and type(self.prior).truncate is Latent.truncate:
            raise ConfigError(
                f"levels={levels}: there is one level only, as this latent cannot be truncated", hint="levels=1"
            )
        self.orthogonal, self.levels, self.standing_passes = orthogonal, levels, standing_passes

    def players(self) -> Sequence[Player]:
        return (
            Player("discriminator", ("discriminator",), self.discriminator_loss, steps=2),
            Player("generator", ("prior", "generator"), self.generator_loss, optimizer={"lr": 5e-5}),
        )

    def phases(self) -> Sequence[Phase]:
        return (Phase("train", on_end=self.stand),)

    def stand(self, run: Any) -> None:
        """At the end of a run: the standing statistics of what it samples from, the averaged weights as a rule."""
        if self.standing_passes:
            run.sampler.data = run.data.spec  # labels come in the data's shares
            accumulate_standing_statistics(run.sampler, passes=self.standing_passes)

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        return self.generator(self.prior(latent), batch["y"], latent.get("level"))

    def discriminate(self, x: Tensor, batch: Batch) -> Tensor:
        return self.discriminator(x, batch["y"])

    def generator_loss(self, batch: Batch, turn: Turn) -> Terms:
        terms = dict(super().generator_loss(batch, turn))
        if self.orthogonal:
            terms["orthogonal"] = self.orthogonal * filter_overlap(self.filters())
        return terms

    def filters(self) -> list[Tensor]:
        """All weights of the generator but the shared embedding, before they are normalised."""
        return [w for name, w in self.generator.named_parameters() if w.ndim > 1 and not name.startswith("embedding.")]

    def truncate(self, latent: Latents, truncation: float) -> Latents:
        """Latents cut off at +-truncation, and the level of the standing statistics that go with them."""
        cut = super().truncate(latent, truncation)
        return self.at_level(cut, level_of(truncation, self.levels))

    def at_level(self, latent: Latents, level: float) -> Latents:
        """Latents with a position in the tables of statistics; without one, generation uses the last row."""
        return {**latent, "level": torch.full((len(latent["z"]),), level)}

    def interpolate_latents(self, first: Latents, second: Latents, t: float) -> Latents:
        """Along the prior's path; the level changes linearly."""
        between = self.prior.interpolate(first, second, t)
        if "level" in first and "level" in second:
            between["level"] = torch.lerp(first["level"], second["level"], t)
        return between

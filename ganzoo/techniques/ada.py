"""Adaptive discriminator augmentation: as much augmentation as the critic overfits."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.nn.augmentation.pipeline import STAGES
from ganzoo.techniques.images import not_images
from ganzoo.techniques.players import check_players
from ganzoo.techniques.streams_by_kind import StreamsByKind
from ganzoo.techniques.technique import Technique

if TYPE_CHECKING:
    from ganzoo.game import Turn


class AdaptiveAugmentation(Technique):
    """Every change of an image happens with a chance p that follows the critic's overfitting (arXiv:2006.06676).

    Every `every` rounds p rises where r = E[sign(logits of real images)] is above the target, and falls where it is
    below, by the share of `images` that was shown since. r, p and all draws stay on the device.

    Args:
        target: of r; None leaves p to its schedule.
        probability: p at the start, in [0, 1].
        final_probability: without a target, p goes there on a cosine over the run (R3GAN); None keeps p.
        images: real images after which p can have gone from 0 to 1; the paper's 500,000 are for long runs.
        every: rounds between two adjustments.
        player: who overfits.
        blit, geometry, colour, cutout, noise: shares of p with which the groups of changes happen; 0 leaves one out.
    """

    def __init__(
        self,
        *,
        target: float | None = 0.6,
        probability: float = 0.0,
        final_probability: float | None = None,
        images: int = 500_000,
        every: int = 4,
        player: str = "discriminator",
        blit: float = 1.0,
        geometry: float = 1.0,
        colour: float = 1.0,
        cutout: float = 0.0,
        noise: float = 0.0,
    ) -> None:
        shares = {"blit": blit, "geometry": geometry, "colour": colour, "cutout": cutout, "noise": noise}
        shown = {**shares, "probability": probability, "final_probability": final_probability or 0.0}
        outside = [f"{name}={value}" for name, value in shown.items() if not 0 <= value <= 1]
        if outside or not any(shares.values()):
            raise ConfigError(f"{', '.join(outside) or 'all shares are 0'}: chances lie in [0, 1], and one is above 0")
        if target is not None and (final_probability is not None or not -1 < target < 1):
            raise ConfigError(
                f"target={target}, final_probability={final_probability}: a target lies in (-1, 1), and excludes a "
                "schedule of p",
                hint="set target to none for a schedule",
            )
        if images < 1 or every < 1:
            raise ConfigError(f"images={images}, every={every}: both must be 1 or more")
        self.target, self.images, self.every, self.player = target, images, every, player
        self.start, self.end = probability, probability if final_probability is None else final_probability
        self.shares = {name: share for name, share in shares.items() if share}
        self.watching = False

    def refuses(self, gan: Any) -> str | None:
        if (reason := not_images(gan)) or self.target is None:
            return reason
        alternative = "; set its target to none and its final_probability for a schedule instead"
        if "penalties" not in gan.composes or "loss" not in gan.composes:
            return f"{type(gan).__name__} has no single critic with a loss of the zoo to measure{alternative}"
        if not gan.loss.zero_divides:
            return f"under {type(gan.loss).__name__} the sign of a logit says nothing about overfitting{alternative}"
        return None

    def setup(self, run: Any) -> None:
        check_players("ada", (self.player,), run.player_names)
        self.streams = StreamsByKind(self.rng)
        seat = run.seats[self.player]
        self.step = seat.batch_size * seat.steps * self.every / self.images
        self.probability = torch.full((), self.start, device=run.device)
        self.signs = torch.zeros((), device=run.device)
        self.judged = torch.zeros((), device=run.device)

    def before_round(self, turn: Turn) -> None:
        if self.target is None:
            share = 0.5 * (1 - math.cos(math.pi * turn.round / turn.rounds))
            self.probability.fill_(self.start + (self.end - self.start) * share)

    def critic_input(self, x: Tensor, kind: str) -> Tensor:
        for name, share in self.shares.items():
            x = STAGES[name](x, share * self.probability, self.streams[kind])
        return x

    def critic_output(self, logits: Tensor, kind: str) -> None:
        if self.watching and kind == "real":
            self.signs += logits.detach().sign().sum()
            self.judged += logits.numel()

    @contextmanager
    def around_loss(self, turn: Turn) -> Iterator[None]:
        self.watching = turn.player == self.player
        try:
            yield
        finally:
            self.watching = False

    def after_round(self, turn: Turn) -> None:
        if self.target is not None and (turn.round + 1) % self.every == 0:
            overfitting = self.signs / self.judged.clamp(min=1)
            change = torch.where(self.judged > 0, torch.sign(overfitting - self.target), 0.0)
            self.probability.add_(change * self.step).clamp_(0, 1)
            turn.log("ada/overfitting", overfitting)
            self.signs.zero_()
            self.judged.zero_()
        turn.log("ada/probability", self.probability)

    def state_dict(self) -> dict[str, Any]:
        tensors = {"probability": self.probability, "signs": self.signs, "judged": self.judged}
        return {**tensors, "streams": self.streams.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for name in ("probability", "signs", "judged"):
            getattr(self, name).copy_(state[name])
        self.streams.load_state_dict(state["streams"])

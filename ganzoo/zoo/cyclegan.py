"""CycleGAN: translation between two kinds of images without pairs (Zhu et al. 2017, arXiv:1703.10593).

Two generators translate between domains a and b, two critics of patches judge each domain, and an image that is
translated there and back must return to itself. The cycle is what ties a translation to its source: without it a
generator may turn any a into any b. A lazy version leaves out one of the two cycles, shows the critics only the
latest fakes instead of a history of 50, or forgets that the critics' loss is halved and the generators' is not.

    a -> ab(a) -> ba(ab(a)) ~ a;     b -> ba(b) -> ab(ba(b)) ~ b;     critics: image -> logits (N, 1, h, w)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.game import Batch, Defaults, Player, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo.nn.initialisation import dcgan_initialisation
from ganzoo.nn.patchgan import PatchDiscriminator, smallest_side
from ganzoo.nn.resnet_generator import ResNetGenerator


class History(nn.Module):
    """Fakes of earlier rounds: half of what a critic sees comes from here (section 4, after arXiv:1612.07828).

    Until it is full it keeps everything and returns what it is given. Which slots are filled follows from the round,
    so that no tensor has to be read.
    """

    images: Tensor

    def __init__(self, size: int, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.register_buffer("images", torch.zeros(size, *shape))

    def exchange(self, fakes: Tensor, turn: Turn) -> Tensor:
        """Fakes (N, C, H, W), each with probability 1/2 exchanged for an older one."""
        size, n = len(self.images), len(fakes)
        filled = min(turn.round * n, size)
        room = min(size - filled, n)
        self.images[filled : filled + room] = fakes[:room]
        if room == n:
            return fakes
        # The last free slots were just filled; of the other fakes, those that find slots of the full history take part.
        kept = fakes[room : room + size]
        slots = torch.randperm(size, generator=turn.rng, device=fakes.device)[: len(kept)]
        swap = torch.rand(len(kept), 1, 1, 1, generator=turn.rng, device=fakes.device) < 0.5
        old = self.images[slots]
        self.images[slots] = torch.where(swap, kept, old)
        return torch.cat([fakes[:room], torch.where(swap, old, kept), fakes[room + len(kept) :]])


class CycleGAN(GAN):
    """Unpaired translation between the data's streams a and b.

    Args:
        channels, image_size: of the images of both domains; one number for square ones, else (height, width).
        width, blocks: of the generators; the paper has 64 and 6 or 9.
        critic_width, critic_layers: of the critics; the paper has 64 and 3.
        cycle: weight of the way there and back; 0 takes the idea away.
        identity: weight of leaving images of the target domain alone, as a share of `cycle`.
        history: fakes that are remembered for the critics.
    """

    defaults = Defaults(loss="least-squares", batch_size=4, rounds=2000, ema=None)
    sampling = ("ab", "ba")
    composes = frozenset({"loss"})
    translates = True

    def __init__(
        self,
        *,
        channels: int = 3,
        image_size: int | tuple[int, int] = 16,
        width: int = 16,
        blocks: int = 2,
        critic_width: int = 16,
        critic_layers: int = 2,
        cycle: float = 10.0,
        identity: float = 0.0,
        history: int = 50,
    ) -> None:
        super().__init__()
        if history < 1 or cycle < 0 or identity < 0:
            raise ConfigError(
                f"history={history}, cycle={cycle}, identity={identity}: history must be 1 or more, weights 0 or more"
            )
        size = (image_size, image_size) if isinstance(image_size, int) else image_size
        if min(size) < smallest_side(critic_layers):
            raise ConfigError(
                f"image_size={image_size}: {critic_layers} critic_layers need {smallest_side(critic_layers)} pixels",
                hint="choose a smaller critic_layers, or larger images",
            )
        self.cycle, self.identity = cycle, identity
        self.shape = (channels, *size)
        networks = [
            ResNetGenerator(in_channels=channels, out_channels=channels, width=width, blocks=blocks) for _ in "ab"
        ]
        self.ab, self.ba = networks
        self.critics = nn.ModuleDict(
            {domain: PatchDiscriminator(channels=channels, width=critic_width, layers=critic_layers) for domain in "ab"}
        )
        self.histories = nn.ModuleDict({domain: History(history, self.shape) for domain in "ab"})
        dcgan_initialisation(self)  # N(0, 0.02), section 7.1

    def players(self) -> Sequence[Player]:
        streams = ("a", "b")
        return (
            Player("generators", ("ab", "ba"), self.generators_loss, streams=streams, schedule="linear"),
            Player(
                "critics", ("critics",), self.critics_loss, streams=streams, schedule="linear", touches=("histories",)
            ),
        )

    def fool_critic(self, domain: str, fake: Tensor, batch: Batch) -> Tensor:
        critic = self.critics[domain]
        real_logits = critic(self.view(batch[domain]["x"], "real")) if self.loss.needs_real else None
        return self.loss.generator(critic(self.view(fake, "fake")), real_logits)

    def generators_loss(self, batch: Batch, turn: Turn) -> Terms:
        a, b = batch["a"]["x"], batch["b"]["x"]
        fake_b, fake_a = self.ab(a), self.ba(b)
        turn.scratch["a"], turn.scratch["b"] = fake_a.detach(), fake_b.detach()
        terms = {
            # LSGAN's losses have a factor 1/2; CycleGAN's generators have none, and `cycle` is set for that.
            "adversarial": 2 * (self.fool_critic("a", fake_a, batch) + self.fool_critic("b", fake_b, batch)),
            "cycle": self.cycle * (l1_loss(self.ba(fake_b), a) + l1_loss(self.ab(fake_a), b)),
        }
        if self.identity:
            terms["identity"] = self.identity * self.cycle * (l1_loss(self.ab(b), b) + l1_loss(self.ba(a), a))
        return terms

    def critics_loss(self, batch: Batch, turn: Turn) -> Terms:
        """The loss of each critic, on reals of its own and on the generators' fakes of this round or older.

        The paper halves it, and least squares are halved already.
        """
        terms = {}
        for domain, critic in self.critics.items():
            fakes = self.histories[domain].exchange(turn.scratch[domain], turn)
            real_logits = critic(self.view(batch[domain]["x"], "real"))
            terms[domain] = self.loss.discriminator(real_logits, critic(self.view(fakes, "fake")))
        return terms

    def latent(self, n: int, rng: torch.Generator) -> Latents:
        return {}

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        """Images batch["x"] of domain a as images of domain b; with batch["direction"] "ba" the other way."""
        return (self.ba if batch.get("direction") == "ba" else self.ab)(batch["x"])

    def sample(  # type: ignore[override]
        self,
        n: int,
        *,
        source: Tensor | None = None,
        direction: Literal["ab", "ba"] = "ab",
        batch_size: int | None = None,
        **unused: Any,
    ) -> Tensor:
        """Translate the first n images of `source` (N, C, H, W) in [-1, 1], of any size.

        Args:
            direction: "ab" or "ba".
            batch_size: images per forward pass; None means 256.

        Raises: NotSamplable without a source, or with labels or a truncation; ConfigError.
        """
        refused = [name for name, value in unused.items() if name != "seed" and value is not None]
        if source is None or refused:
            raise NotSamplable(
                "CycleGAN translates images: it needs a source" + (f", and takes no {refused[0]}" if refused else ""),
                hint="sample(n, source=images), or ganzoo sample MODEL --source ./images",
            )
        if direction not in ("ab", "ba") or not 0 <= n <= len(source):
            raise ConfigError(
                f"direction={direction!r}, n={n}: direction is 'ab' or 'ba', n at most the {len(source)} sources"
            )
        channels = self.shape[0]
        if not source.is_floating_point() or source.ndim != 4 or source.shape[1] != channels:
            raise ConfigError(
                f"the source has the shape {tuple(source.shape)} and the type {source.dtype}: "
                f"(N, {channels}, H, W) and torch.float32 in [-1, 1] are needed",
                hint="images / 127.5 - 1 for uint8; images.expand(-1, 3, -1, -1) for grey ones",
            )
        with self.evaluation():
            parts = self.placed(source[:n]).split(batch_size or 256)
            return torch.cat(
                [self.generate({}, {"x": part, "direction": direction}) if len(part) else part for part in parts]
            )

    def example_inputs(self, n: int) -> tuple[Latents, dict[str, Tensor]]:
        return {}, {"x": torch.zeros(n, *self.shape, device=self.device)}

"""ProGAN: growing both networks while they learn (Karras et al. 2017, arXiv:1710.10196).

Training starts with tiny images and adds a stage of twice the resolution at a time. A new stage is faded in: for a
while the image is a blend of the old output, enlarged, and the new one, in both networks, and real images are blended
alike. Equalised learning rates, pixel normalisation, a minibatch standard deviation and WGAN-GP with a small drift term
keep it stable. A lazy version lets the new stage jump in, fades one network only, shows real images that are sharper
than the generator can be, or throws the optimisers' state of the old stages away.

    z (N, latent_dim) on a sphere -> (N, width, 4, 4) -> ... -> image; a run grows 4 -> 8 -> 16 -> ... -> image_size
    At stage s < last, training plays with images of that stage's size; `generate` enlarges them to image_size.

The paper shows 800,000 images per phase and averages weights with 0.999; runs here are shorter, and so is the average.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, leaky_relu

from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Defaults, Phase, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo.latents.normal import Normal
from ganzoo.nn.equalised import EqualisedConv2d, EqualisedLinear
from ganzoo.nn.minibatch_stddev import MinibatchStdDev
from ganzoo.nn.pixel_norm import PixelNorm

SMALLEST = 4


def enlarge(x: Tensor, factor: int = 2) -> Tensor:
    return interpolate(x, scale_factor=factor, mode="nearest") if factor > 1 else x


class GeneratorStage(nn.Module):
    """Two convolutions with pixel normalisation; all stages but the first double the size before."""

    def __init__(self, before: int, width: int, *, first: bool) -> None:
        super().__init__()
        self.first = first
        self.convolutions = nn.ModuleList(
            [EqualisedConv2d(before, width, 3, padding=1), EqualisedConv2d(width, width, 3, padding=1)]
        )
        self.norm = PixelNorm()

    def forward(self, x: Tensor) -> Tensor:
        x = x if self.first else enlarge(x)
        for convolution in self.convolutions:
            x = self.norm(leaky_relu(convolution(x), 0.2))
        return x


class DiscriminatorStage(nn.Module):
    """Two convolutions, then half the size."""

    def __init__(self, width: int, after: int) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(
            [EqualisedConv2d(width, width, 3, padding=1), EqualisedConv2d(width, after, 3, padding=1)]
        )

    def forward(self, x: Tensor) -> Tensor:
        for convolution in self.convolutions:
            x = leaky_relu(convolution(x), 0.2)
        return avg_pool2d(x, 2)


class Generator(nn.Module):
    """Latents (N, latent_dim) to images (N, channels, start * 2^stage, ...), blended at `alpha`."""

    def __init__(self, latent_dim: int, channels: int, start: int, widths: Sequence[int]) -> None:
        super().__init__()
        self.start = start
        self.norm = PixelNorm()
        self.enter = EqualisedLinear(latent_dim, widths[0] * start**2)
        before = [widths[0], *widths[:-1]]
        self.stages = nn.ModuleList(
            GeneratorStage(narrow, width, first=stage == 0)
            for stage, (narrow, width) in enumerate(zip(before, widths, strict=True))
        )
        self.to_image = nn.ModuleList(EqualisedConv2d(width, channels, 1, gain=1.0) for width in widths)

    def forward(self, z: Tensor, stage: int, alpha: Tensor) -> Tensor:
        z = self.norm(z[:, :, None, None]).flatten(1)  # onto the sphere
        x = self.enter(z).unflatten(1, (-1, self.start, self.start))
        for grown in self.stages[:stage]:
            x = grown(x)
        last = self.to_image[stage](self.stages[stage](x))
        return last if stage == 0 else torch.lerp(enlarge(self.to_image[stage - 1](x)), last, alpha)


class Discriminator(nn.Module):
    """Images of a stage's size to scores (N,), blended at `alpha`."""

    def __init__(self, channels: int, start: int, widths: Sequence[int]) -> None:
        super().__init__()
        self.from_image = nn.ModuleList(EqualisedConv2d(channels, width, 1) for width in widths)
        self.stages = nn.ModuleList(DiscriminatorStage(wide, narrow) for narrow, wide in itertools.pairwise(widths))
        self.variety = MinibatchStdDev()
        self.last = EqualisedConv2d(widths[0] + 1, widths[0], 3, padding=1)
        self.score = nn.Sequential(
            nn.Flatten(),
            EqualisedLinear(widths[0] * start**2, widths[0]),
            nn.LeakyReLU(0.2),
            EqualisedLinear(widths[0], 1, gain=1.0),
        )

    def forward(self, images: Tensor, stage: int, alpha: Tensor) -> Tensor:
        x = leaky_relu(self.from_image[stage](images), 0.2)
        if stage > 0:
            old = leaky_relu(self.from_image[stage - 1](avg_pool2d(images, 2)), 0.2)
            x = torch.lerp(old, self.stages[stage - 1](x), alpha)
        for shrinking in reversed(self.stages[: max(stage - 1, 0)]):
            x = shrinking(x)
        return self.score(leaky_relu(self.last(self.variety(x)), 0.2)).squeeze(1)


class ProGAN(GAN):
    """Progressively grown GAN.

    Args:
        channels, image_size: of square images whose size is 4, 5, 6 or 7 times a power of two.
        latent_dim: numbers in a latent.
        width: channels of the first stages; from the third on each stage halves them.
        drift: weight of the squared scores of real images, which holds the scores near zero.
        fade: False lets new stages jump in, which takes the idea away.
    """

    defaults = Defaults(
        loss="wasserstein",
        penalties=({"name": "gradient-penalty", "weight": 10.0},),
        optimizer={"name": "adam", "lr": 1e-3, "betas": (0.0, 0.99)},
        batch_size=32,
        rounds=5000,
        ema=0.99,
    )

    def __init__(
        self,
        *,
        channels: int = 1,
        image_size: int | tuple[int, int] = 16,
        latent_dim: int = 64,
        width: int = 64,
        drift: float = 1e-3,
        fade: bool = True,
    ) -> None:
        super().__init__()
        size = image_size if isinstance(image_size, int) else image_size[0]
        stages = max((size // SMALLEST).bit_length() - 1, 0)
        if size < SMALLEST or size % 2**stages or image_size not in (size, (size, size)):
            raise ConfigError(
                f"image_size={image_size}: a grown image is square and 4 to 7 pixels times a power of two",
                hint=f"for example {max(size // 2**stages, SMALLEST) * 2**stages}",
            )
        if min(latent_dim, width) < 1:
            raise ConfigError(f"latent_dim={latent_dim}, width={width}: both must be 1 or more")
        start = size // 2**stages
        widths = [max(1, width // 2 ** max(stage - 1, 0)) for stage in range(stages + 1)]
        self.image_size, self.drift, self.fade = size, drift, fade
        self.prior = Normal(dim=latent_dim)
        self.generator = Generator(latent_dim, channels, start, widths)
        self.discriminator = Discriminator(channels, start, widths)
        self.register_buffer("stage", torch.zeros((), dtype=torch.int64))
        self.register_buffer("alpha", torch.ones(()))
        self._known_stage: tuple[int, int, int] | None = None

    def phases(self) -> Sequence[Phase]:
        phases = [Phase("stable0")]
        for stage in range(1, len(self.generator.stages)):
            phases += [Phase(f"fade{stage}", on_start=partial(self.grow, stage)), Phase(f"stable{stage}")]
        return phases

    def grow(self, stage: int, run: Any) -> None:
        """Add a stage to both networks; until its first turn it is faded out, so that growth itself changes nothing."""
        self.stage.fill_(stage)
        self.alpha.fill_(0.0 if self.fade else 1.0)

    def before_turn(self, turn: Turn) -> None:
        fading = self.fade and turn.phase.startswith("fade")
        self.alpha.fill_(turn.progress if fading else 1.0)

    def current_stage(self) -> int:
        """The stage as a number. It decides shapes, so it has to be read from the device, but only when it changed."""
        if self.stage.is_inference():  # such tensors count no versions
            return int(self.stage)
        key = id(self.stage), self.stage._version
        if self._known_stage is None or self._known_stage[:2] != key:
            self._known_stage = (*key, int(self.stage))
        return self._known_stage[2]

    def draw_image(self, latent: Latents) -> Tensor:
        """Images of the current stage's size; the output is linear, as in the paper, and may leave [-1, 1]."""
        return self.generator(self.prior(latent), self.current_stage(), self.alpha)

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        images = self.draw_image(latent)
        return enlarge(images, self.image_size // images.shape[-1]).clamp(-1, 1)

    def prepare(self, batch: Batch, turn: Turn) -> Batch:
        """Real images of the current stage's size, blended like generated ones."""
        stage = self.current_stage()
        shrunk = 2 ** (len(self.generator.stages) - 1 - stage)
        x = avg_pool2d(batch["x"], shrunk) if shrunk > 1 else batch["x"]
        return {**batch, "x": torch.lerp(enlarge(avg_pool2d(x, 2)), x, self.alpha) if stage else x}

    def discriminate(self, x: Tensor, batch: Batch) -> Tensor:
        return self.discriminator(x, self.current_stage(), self.alpha)

    def discriminator_loss(self, batch: Batch, turn: Turn) -> Terms:
        turn.real = batch["x"]
        with torch.no_grad():
            turn.fake = self.draw_image(self.latent(len(turn.real), turn.rng))
        real_scores = self.critic(turn.real, batch, "real")
        fake_scores = self.critic(turn.fake, batch, "fake")
        return {
            "adversarial": self.loss.discriminator(real_scores, fake_scores),
            "drift": self.drift * real_scores.square().mean(),
        }

    def generator_loss(self, batch: Batch, turn: Turn) -> Terms:
        return {"adversarial": self.fool(self.draw_image(self.latent(len(batch["x"]), turn.rng)), batch)}

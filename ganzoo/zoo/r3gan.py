"""R3GAN: a modern baseline without tricks (Huang et al. 2025, arXiv:2501.05441).

The relativistic pairing loss leaves no bad minima in which modes are dropped, and the penalties R1 and R2 together make
the game converge, so that everything else that GANs had gathered could go: no normalisation, no tanh, no style, no
noise, no minibatch statistics. What is left are two plain ResNets of inverted bottlenecks with grouped convolutions,
which start as if they had no blocks (fix-up), and settings that move on cosines over the run (technique `annealing`).
A lazy version drops R2, starts the last layer of a block like the others, or keeps the schedule constant.

    z (N, latent_dim) [+ embedded label] -> basis (N, widths[0], 4, 4) -> blocks -> x2, blocks -> ... -> image
    image -> (N, widths[-1], H, W) -> blocks, /2 -> ... -> blocks (N, widths[0], 4, 4) -> logit (N,)
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, one_hot

from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Defaults, Terms, Turn
from ganzoo.gan import GAN, Latents
from ganzoo.latents.normal import Normal
from ganzoo.nn.fixup_resnet import Body, Convolution, Linear

SMALLEST = 4


class Generator(nn.Module):
    """Latents (N, latent_dim) and codes of labels (N, num_classes) to images (N, channels, H, W), unbounded."""

    def __init__(
        self, latent_dim: int, channels: int, size: tuple[int, int], body: Body, labels: int, embedding_dim: int
    ) -> None:
        super().__init__()
        self.size, self.body = size, body
        start = [-(-side // 2 ** (len(body.widths) - 1)) for side in size]
        self.embedding = Linear(labels, embedding_dim) if labels else None
        self.scale = Linear(latent_dim + embedding_dim if labels else latent_dim, body.widths[0])
        self.basis = nn.Parameter(torch.randn(body.widths[0], *start))
        self.stages = body.stages()
        self.resampling = body.resampling(up=True)
        self.to_image = Convolution(body.widths[-1], channels)

    def forward(self, z: Tensor, code: Tensor | None = None, bf16_stages: int = 0) -> Tensor:
        types = self.body.types(z, bf16_stages)
        if self.embedding is not None:
            z = torch.cat([z, self.embedding(code)], dim=1)
        x = self.scale(z.to(types[0]))[:, :, None, None] * self.basis.to(types[0])  # (N, widths[0], 4, 4)
        for number, (stage, dtype) in enumerate(zip(self.stages, types, strict=True)):
            x = x.to(dtype)
            x = stage(self.resampling[number - 1](x) if number else x)
        images = self.to_image(x).to(z.dtype)
        top, left = ((side - kept) // 2 for side, kept in zip(images.shape[2:], self.size, strict=True))
        return images[:, :, top : top + self.size[0], left : left + self.size[1]]


class Discriminator(nn.Module):
    """Images (N, channels, H, W) and codes of labels (N, num_classes) to logits (N,)."""

    def __init__(self, channels: int, size: tuple[int, int], body: Body, labels: int, embedding_dim: int) -> None:
        super().__init__()
        self.body = body
        end = [side >> (len(body.widths) - 1) for side in size]
        width, gain = body.widths[0], 1 / math.sqrt(embedding_dim)
        self.from_image = Convolution(channels, body.widths[-1])
        self.stages = body.stages()
        self.resampling = body.resampling(up=False)
        self.basis = nn.Parameter(torch.randn(width, 1, *end) / math.sqrt(math.prod(end)))
        self.score = Linear(width, embedding_dim if labels else 1)
        self.embedding = Linear(labels, embedding_dim, gain) if labels else None

    def forward(self, images: Tensor, code: Tensor | None = None, bf16_stages: int = 0) -> Tensor:
        types = self.body.types(images, bf16_stages)
        x = self.from_image(images.to(types[-1]))
        for number in reversed(range(len(types))):
            x = self.stages[number](x.to(types[number]))
            x = self.resampling[number - 1](x) if number else x
        features = conv2d(x, self.basis.to(x.dtype), groups=x.shape[1])[:, :, 0, 0]
        scores = self.score(features).to(images.dtype)  # (N, 1), or (N, embedding_dim)
        return scores.squeeze(1) if self.embedding is None else (scores * self.embedding(code)).sum(1)


class R3GAN(GAN):
    """The modern baseline.

    Args:
        channels, image_size: of the images; one number for square ones, else (height, width).
        num_classes: of conditional models; None for unconditional ones.
        latent_dim: numbers in a latent.
        width: channels of the stages up to 32 pixels; each stage beyond halves them. The paper uses 768.
        widths: of all stages, from 4 x 4 on, instead.
        groups: per stage, of the convolution in the middle of a block; None makes groups of 16 channels.
        blocks: residual blocks of every stage, or one number per stage.
        expansion: how much wider a block is in its middle.
        kernel_size: of the convolution there; odd.
        embedding_dim, discriminator_embedding_dim: of labels; None takes latent_dim, and the width of the 4 x 4 stage.
        resampling_filter: an odd number of taps; [1, 2, 1] is bilinear.
        bf16_stages: so many stages, those of the highest resolutions, may compute in bfloat16.
        bf16: they do. The attribute of this name can be set at any time.
    """

    defaults = Defaults(
        loss="relativistic",
        penalties=({"name": "r1", "weight": 0.5}, {"name": "r2", "weight": 0.5}),
        techniques=(
            "annealing",
            {"name": "ada", "target": None, "final_probability": 0.3, "colour": 0.5, "cutout": 1.0},
        ),
        optimizer={"name": "adam", "lr": 2e-4, "betas": (0.0, 0.9)},
        batch_size=64,
        rounds=100_000,
        ema=0.9997,
    )

    def __init__(
        self,
        *,
        channels: int = 3,
        image_size: int | tuple[int, int] = 32,
        num_classes: int | None = None,
        latent_dim: int = 64,
        width: int = 128,
        widths: tuple[int, ...] | None = None,
        groups: tuple[int, ...] | None = None,
        blocks: int | tuple[int, ...] = 2,
        expansion: int = 2,
        kernel_size: int = 3,
        embedding_dim: int | None = None,
        discriminator_embedding_dim: int | None = None,
        resampling_filter: tuple[float, ...] = (1.0, 2.0, 1.0),
        bf16_stages: int = 0,
        bf16: bool = False,
    ) -> None:
        super().__init__()
        size = (image_size, image_size) if isinstance(image_size, int) else image_size
        stages = len(widths) if widths else max((min(size) // SMALLEST).bit_length(), 1)
        widths = widths or tuple(width // 2 ** max(0, stage - 3) for stage in range(stages))
        groups = groups or tuple(max(1, wide * expansion // 16) for wide in widths)
        blocks = (blocks,) * stages if isinstance(blocks, int) else blocks
        embedding_dim = latent_dim if embedding_dim is None else embedding_dim
        output_dim = widths[0] if discriminator_embedding_dim is None else discriminator_embedding_dim
        least = {
            "widths": min(widths), "groups": min(groups), "latent_dim": latent_dim, "expansion": expansion,
            "embedding_dim": embedding_dim, "discriminator_embedding_dim": output_dim, "kernel_size": kernel_size,
            "blocks": min(blocks) + 1, "bf16_stages": bf16_stages + 1,
            "num_classes": 1 if num_classes is None else num_classes - 1,
        }  # fmt: skip
        problems = [f"{name} is too small" for name, value in least.items() if value < 1]
        if min(size) >> (stages - 1) < 1:
            problems.append(f"image_size={image_size} has no {stages} stages")
        for name, values in (("groups", groups), ("blocks", blocks)):
            if len(values) != stages:
                problems.append(f"{name} are {len(values)} numbers for {stages} stages")
        for name, count in (("kernel_size", kernel_size), ("the number of taps of the filter", len(resampling_filter))):
            if count % 2 == 0:
                problems.append(f"{name} is even")
        if not problems and any(wide * expansion % count for wide, count in zip(widths, groups, strict=True)):
            problems.append(f"groups of {groups} do not divide the widths {widths} times {expansion}")
        if problems:
            raise ConfigError("; ".join(problems))
        body = Body(widths, groups, blocks, expansion, kernel_size, resampling_filter)
        self.num_classes, self.bf16_stages, self.bf16 = num_classes, bf16_stages, bf16
        labels = num_classes or 0
        self.prior = Normal(dim=latent_dim)
        self.generator = Generator(latent_dim, channels, size, body, labels, embedding_dim)
        self.discriminator = Discriminator(channels, size, body, labels, output_dim)

    def code(self, batch: Batch, like: Tensor) -> Tensor | None:
        """One-hot labels (N, num_classes); None for unconditional models."""
        return one_hot(batch["y"], self.num_classes).to(like.dtype) if self.num_classes else None

    def draw_image(self, latent: Latents, batch: Batch) -> Tensor:
        """Images as the discriminator sees them: the output is linear, and may leave [-1, 1]."""
        z = self.prior(latent)
        return self.generator(z, self.code(batch, z), self.bf16_stages if self.bf16 else 0)

    def generate(self, latent: Latents, batch: Batch) -> Tensor:
        return self.draw_image(latent, batch).clamp(-1, 1)

    def discriminate(self, x: Tensor, batch: Batch) -> Tensor:
        return self.discriminator(x, self.code(batch, x), self.bf16_stages if self.bf16 else 0)

    def discriminator_loss(self, batch: Batch, turn: Turn) -> Terms:
        turn.real = batch["x"]
        with torch.no_grad():
            turn.fake = self.draw_image(self.latent(len(turn.real), turn.rng), batch)
        real_logits = self.critic(turn.real, batch, "real")
        return {"adversarial": self.loss.discriminator(real_logits, self.critic(turn.fake, batch, "fake"))}

    def generator_loss(self, batch: Batch, turn: Turn) -> Terms:
        return {"adversarial": self.fool(self.draw_image(self.latent(len(batch["x"]), turn.rng), batch), batch)}

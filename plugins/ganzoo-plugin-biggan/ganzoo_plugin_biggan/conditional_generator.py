"""What the generators of BigGAN and BigGAN-deep share: the classes' embedding, the first layer and the last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torch import Tensor, nn
from torch.nn.functional import interpolate, relu

from ganzoo_plugin_biggan.attention import AttendedBlocks
from ganzoo_plugin_biggan.batch_norm import ConditionalBatchNorm, LearntBatchNorm
from ganzoo_plugin_biggan.orthogonal import orthogonal_initialisation
from ganzoo_plugin_biggan.spectral import spectral_norm

Norm = Callable[[int], ConditionalBatchNorm]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Settings of both generators.

    Args:
        channels, size: of the images, size as (height, width).
        num_classes: labels are 0 to num_classes - 1.
        embedding_dim: numbers in the embedding of a class that all layers share; None gives every normalisation scales
            and shifts per class of its own instead.
        widths: channels of the first layer's output, and after every block.
        doublings: of the size, by all blocks together.
        levels: rows in the tables of statistics.
        eps, output_eps: of the blocks' normalisations, and of the last one.
        spectral: whether all layers but embeddings are normalised.
        filters: of the last convolution, if more than the `channels` that are used.
    """

    channels: int
    size: tuple[int, int]
    num_classes: int
    embedding_dim: int | None
    widths: list[int]
    doublings: int
    levels: int
    eps: float
    output_eps: float
    spectral: bool
    filters: int | None = None


def doubled(x: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, C, 2 H, 2 W), every pixel four times."""
    return interpolate(x, scale_factor=2)


class ConditionalGenerator(nn.Module):
    """A linear layer, blocks that are conditioned on the class, and a convolution.

    Args:
        frame: settings.
        make_blocks: the blocks, given what makes their normalisations.
        input_dim: numbers that the first layer sees.
        condition_dim: numbers in a block's condition; None where it is the label.
    """

    def __init__(
        self, frame: Frame, make_blocks: Callable[[Norm], AttendedBlocks], *, input_dim: int, condition_dim: int | None
    ) -> None:
        super().__init__()
        self.frame = frame
        self.start = [-(-side // 2**frame.doublings) for side in frame.size]
        self.embedding = None if frame.embedding_dim is None else nn.Embedding(frame.num_classes, frame.embedding_dim)
        self.enter = nn.Linear(input_dim, frame.widths[0] * self.start[0] * self.start[1])
        norm = partial(
            ConditionalBatchNorm,
            condition_dim=condition_dim,
            num_classes=frame.num_classes,
            levels=frame.levels,
            eps=frame.eps,
        )
        self.blocks = make_blocks(norm)
        self.norm = LearntBatchNorm(frame.widths[-1], levels=frame.levels, eps=frame.output_eps)
        self.leave = nn.Conv2d(frame.widths[-1], frame.filters or frame.channels, 3, padding=1)
        orthogonal_initialisation(self)
        if frame.spectral:
            # Normalised embeddings would make all classes weigh alike; they are left as they are.
            spectral_norm(nn.Conv2d, nn.Linear, inside=self)

    def embedded(self, y: Tensor) -> Tensor:
        """Embeddings (N, embedding_dim) of labels (N,), or of mixtures of classes (N, num_classes)."""
        assert self.embedding is not None
        return self.embedding(y) if y.ndim == 1 else y.to(self.embedding.weight.dtype) @ self.embedding.weight

    def images(self, h: Tensor, conditions: list[Tensor], level: Tensor | None) -> Tensor:
        """Images (N, channels, H, W) in [-1, 1] from what the first layer sees and a condition for every block."""
        h = self.enter(h).unflatten(1, (-1, *self.start))
        h = self.blocks(h, conditions, [level] * len(conditions))
        x = self.leave(relu(self.norm(h, level)))[:, : self.frame.channels].tanh()
        # Sizes that are no power of two times the first layer's are cut out of the middle.
        (top, left), (height, width) = self._margins(x), self.frame.size
        return x[:, :, top : top + height, left : left + width]

    def _margins(self, x: Tensor) -> tuple[int, int]:
        return (x.shape[2] - self.frame.size[0]) // 2, (x.shape[3] - self.frame.size[1]) // 2

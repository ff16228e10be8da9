"""Perceptual path length: how much an image changes along a step, per squared step (arXiv:1812.04948, section 4.1)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import normalize

from ganzoo.latents.normal import slerp
from ganzoo_plugin_stylegan.style_based import StyleBased

STEP = 1e-2


@torch.no_grad()
def path_lengths(
    gan: StyleBased, features: Callable[[Tensor], Tensor], *, n: int, seed: int, labels: Tensor | None = None
) -> tuple[float, float]:
    """Mean length of steps along lines in w, and along great circles in z, between the same pairs of latents.

    The distance of two images is the squared one of their features at unit length; noise is the layers' constant one.

    Args:
        features: images (N, C, H, W) in [-1, 1] to (N, D).
        n: pairs.
        labels: (N,) of conditional models, the same at both ends of a path.
    """
    first, second = gan.draw(n, seed)["z"], gan.draw(2 * n, seed)["z"][n:]
    t = torch.rand(n, 1, generator=torch.Generator().manual_seed(seed)) * (1 - STEP)
    batch = {} if labels is None else {"y": labels}
    w1, w2 = (gan.styles({"z": z}, batch) for z in (first, second))

    def length(a: Tensor, b: Tensor) -> float:
        pair = [normalize(features(gan.synthesise(ws, {}).clamp(-1, 1))) for ws in (a, b)]
        return float((pair[0] - pair[1]).square().sum(1).double().mean() / STEP**2)

    along_w = [torch.lerp(w1, w2, share[:, :, None]) for share in (t, t + STEP)]
    along_z = [torch.cat([slerp(first[i : i + 1], second[i : i + 1], float(share[i])) for i in range(n)])
               for share in (t, t + STEP)]  # fmt: skip
    return length(*along_w), length(*(gan.styles({"z": z}, batch) for z in along_z))

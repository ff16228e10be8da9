"""Several samples judged as one (PacGAN)."""

from __future__ import annotations

from torch import Tensor

from ganzoo.errors import ConfigError


def pack(x: Tensor, m: int) -> Tensor:
    """Join each m consecutive samples along their channels: (N, C, ...) -> (N / m, m * C, ...) (arXiv:1712.04086).

    Pack i holds the samples i * m to i * m + m - 1, in order; m = 1 returns x as it is. Raises ConfigError when the
    batch does not divide into packs.
    """
    if m < 1 or len(x) % m:
        raise ConfigError(
            f"a batch of {len(x)} does not divide into packs of {m}",
            hint=f"choose a batch size that is a multiple of {m}" if m > 0 else "choose packs of 1 or more samples",
        )
    return x.reshape(len(x) // m, m * x.shape[1], *x.shape[2:])

"""Which of torch's kernels serve a set of parameters best."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

DEVICES = ("cpu", "cuda")


def can_fuse(parameters: Sequence[Tensor]) -> bool:
    """Whether torch (2.6 and later) has kernels that update all of these in one pass."""
    return all(p.device.type in DEVICES and p.is_floating_point() for p in parameters)

"""Small tables on the device, copied there once: every copy would make the host wait for the device."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor


@cache
def constant(values: tuple[float, ...], shape: tuple[int, ...], dtype: torch.dtype, device: torch.device) -> Tensor:
    """A tensor of these numbers; not to be changed in place."""
    with torch.inference_mode(False):
        return torch.tensor(values, dtype=dtype, device=device).view(shape)

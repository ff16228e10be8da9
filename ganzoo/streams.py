"""Split random streams: one seed gives each use its own, so that adding one shifts no other."""

from __future__ import annotations

import hashlib

import torch


def derive(seed: int, *names: str | int) -> int:
    """A seed in [0, 2**63) that depends on `seed` and the names alone, the same on every platform."""
    text = "\x1f".join([str(seed), *(str(name) for name in names)])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def generator(seed: int, *names: str | int, device: torch.device | str = "cpu") -> torch.Generator:
    """A random generator on `device` for one named stream."""
    return torch.Generator(device=device).manual_seed(derive(seed, *names))

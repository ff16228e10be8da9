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


def seed_global_generators(seed: int, device: torch.device) -> None:
    """Seed torch's generators of the CPU and of `device`: what initial weights, dropout and transforms draw from.

    `torch.manual_seed` also reaches for accelerators that nothing here is on, and notes for each that is not in use
    from where it was called, which takes longer than to build a small model.
    """
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        torch.cuda.init()
        index = torch.cuda.current_device() if device.index is None else device.index
        torch.cuda.default_generators[index].manual_seed(seed)
    elif device.type == "mps":
        torch.mps.manual_seed(seed)

"""One random stream for each kind of what a critic sees, so that the order in which it is asked does not matter."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ganzoo.streams import derive

KINDS = ("real", "fake", "between")


class StreamsByKind:
    """Generators by kind, split from a technique's own, which itself is left as it is."""

    def __init__(self, rng: torch.Generator) -> None:
        seed = rng.initial_seed()
        self._rngs = {kind: torch.Generator(rng.device).manual_seed(derive(seed, kind)) for kind in KINDS}

    def __getitem__(self, kind: str) -> torch.Generator:
        return self._rngs[kind]

    def state_dict(self) -> dict[str, Tensor]:
        return {kind: rng.get_state() for kind, rng in self._rngs.items()}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        for kind, rng in self._rngs.items():
            rng.set_state(state[kind])

import sys
from pathlib import Path

import pytest
import torch

from ganzoo.game import Turn

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def turn():
    """A turn of some player, with a stream of its own."""
    return Turn(
        round=0, rounds=10, phase="train", progress=0.0, player="any", step=0,
        rng=torch.Generator().manual_seed(0), scratch={},
    )  # fmt: skip

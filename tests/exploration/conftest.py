import pytest
import torch

import ganzoo

from .styled_toy import Toy


@pytest.fixture
def toy():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Toy()


@pytest.fixture(scope="session")
def digits():
    return ganzoo.load("bundled:dcgan-digits")

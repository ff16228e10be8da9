"""A turn's batch in parts, one after the other: the same update with less memory."""

import pytest
import torch
from torch import nn

import ganzoo
from ganzoo.errors import ConfigError
from ganzoo.game import Defaults, Player
from ganzoo.gan import GAN
from ganzoo.training.plan import settle
from ganzoo.training.play import play_round
from ganzoo.training.run import Run
from ganzoo.weights import named_tensors

RING = {"name": "ring8", "size": 64}


class Squares(GAN):
    """A player whose loss is a mean over the items, and who keeps how many it saw at once."""

    defaults = Defaults(optimizer={"name": "sgd", "lr": 0.1}, batch_size=16, rounds=3, ema=None)
    sampling = ("generator",)

    def __init__(self):
        super().__init__()
        self.generator = nn.Linear(2, 1)
        self.seen = []

    def players(self):
        return (Player("g", ("generator",), self.loss),)

    def loss(self, batch, turn):
        self.seen.append(len(batch["x"]))
        return {"square": self.generator(batch["x"]).square().mean()}


def played(accumulate):
    torch.manual_seed(0)
    gan = Squares()
    run = Run(gan, ganzoo.load_data(RING), settle(gan, players={"g": {"accumulate": accumulate}}))
    run.calendar.begin(run)
    for _ in range(3):
        play_round(run)
    return gan, run.read_metrics()


def test_parts_of_a_batch_make_the_update_of_the_whole():
    (whole, told), (parts, told_too) = played(1), played(4)
    assert whole.seen == [16] * 3 and parts.seen == [4] * 12
    for a, b in zip(whole.parameters(), parts.parameters(), strict=True):
        assert torch.allclose(a, b, atol=1e-7)
    assert told_too["g/square"] == pytest.approx(told["g/square"], rel=1e-6)


def test_a_run_in_parts_goes_on_as_if_it_had_not_stopped(tmp_path):
    def train(out, **choices):
        gan = ganzoo.create("gan", data=ganzoo.load_data(RING), seed=1, width=8)
        return ganzoo.train(gan, RING, rounds=6, batch_size=8, players={"all": {"accumulate": 2}}, out=out, **choices)

    through = train(tmp_path / "a")
    train(tmp_path / "b", stop_at=3)
    resumed = train(tmp_path / "b", resume=True)
    for (name, a), b in zip(named_tensors(through).items(), named_tensors(resumed).values(), strict=True):
        assert torch.equal(a, b), name


@pytest.mark.parametrize("parts", [3, 0, 1.5, True])
def test_parts_are_equal_ones(parts):
    with pytest.raises(ConfigError, match=r"g\.accumulate="):
        Run(Squares(), ganzoo.load_data(RING), settle(Squares(), players={"g": {"accumulate": parts}}))

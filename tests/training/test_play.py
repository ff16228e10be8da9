"""The order of a round, recorded."""

from contextlib import contextmanager

import pytest
import torch
from toys import Point, nothing

from ganzoo.core import entries, registry
from ganzoo.errors import CompatibilityError, ConfigError
from ganzoo.game import Defaults, Phase, Player
from ganzoo.gan import GAN
from ganzoo.penalties import Penalty
from ganzoo.techniques import Technique
from ganzoo.training.calendar import Calendar
from ganzoo.training.plan import settle
from ganzoo.training.play import play_round
from ganzoo.training.run import Run

EVENTS = []


class RecordingTechnique(Technique):
    def setup(self, run):
        EVENTS.append("setup")

    def before_round(self, turn):
        EVENTS.append("before_round")

    @contextmanager
    def around_loss(self, turn):
        EVENTS.append(f"enter {turn.player}{turn.step}")
        yield
        EVENTS.append(f"leave {turn.player}{turn.step}")

    def after_backward(self, turn):
        EVENTS.append(f"after_backward {turn.player}{turn.step}")

    def after_turn(self, turn):
        EVENTS.append(f"technique after_turn {turn.player}{turn.step}")

    def after_round(self, turn):
        EVENTS.append("technique after_round")


class RecordingPenalty(Penalty):
    def forward(self, gan, batch, real, fake, turn):
        EVENTS.append("penalty")
        return gan.discriminator.value.square()


class Recording(GAN):
    defaults = Defaults(optimizer={"name": "sgd", "lr": 0.1}, batch_size=1, rounds=4, ema=0.5)
    sampling = ("generator",)

    def __init__(self):
        super().__init__()
        self.generator, self.discriminator = Point(1.0), Point(1.0)

    def players(self):
        return (Player("d", ("discriminator",), self.d, steps=2), Player("g", ("generator",), self.g))

    def phases(self):
        return (
            Phase("train", on_start=lambda run: EVENTS.append("on_start"), on_end=lambda run: EVENTS.append("on_end")),
        )

    def prepare(self, batch, turn):
        EVENTS.append(f"prepare {turn.player}{turn.step}")
        return batch

    def d(self, batch, turn):
        assert self.discriminator.value.requires_grad and not self.generator.value.requires_grad
        EVENTS.append(f"loss d{turn.step}")
        turn.real = turn.fake = batch["x"]
        return {"a": self.discriminator.value * self.generator.value, "b": self.discriminator.value}

    def g(self, batch, turn):
        assert self.generator.value.requires_grad and not self.discriminator.value.requires_grad
        EVENTS.append("loss g0")
        turn.log("seen", self.generator.value)
        return {"a": self.discriminator.value * self.generator.value}

    def before_turn(self, turn):
        EVENTS.append(f"before_turn {turn.player}{turn.step}")

    def after_turn(self, turn):
        EVENTS.append(f"gan after_turn {turn.player}{turn.step}")

    def after_round(self, turn):
        assert turn.player == ""
        EVENTS.append("gan after_round")


class Plugin:
    @staticmethod
    def ganzoo_entries():
        here = RecordingTechnique.__module__
        return [
            entries.Technique(name="recording", summary="Records.", target=f"{here}:RecordingTechnique"),
            entries.Penalty(name="recording", summary="Records.", target=f"{here}:RecordingPenalty"),
        ]


@pytest.fixture
def recording():
    import sys

    from ganzoo.core.hookspecs import hookimpl

    sys.modules.setdefault(RecordingTechnique.__module__, sys.modules[__name__])
    plugin = type("Plugin", (), {"ganzoo_entries": staticmethod(hookimpl(Plugin.ganzoo_entries))})()
    registry.add_plugin(plugin)
    EVENTS.clear()


def test_the_order_of_a_round(recording):
    gan = Recording()
    chosen = {"techniques": ["recording"], "penalties": [{"name": "recording", "every": 2}], "players": {}}
    chosen["penalties"][0]["weight"] = 3.0
    RecordingPenalty.player = "d"
    run = Run(gan, nothing(), settle(gan, rounds=2, **chosen))
    run.calendar.begin(run)
    play_round(run)

    def turn(name, step, penalty):
        t = f"{name}{step}"
        return [
            f"before_turn {t}", f"prepare {t}", f"enter {t}", f"loss {t}", *(["penalty"] if penalty else []),
            f"after_backward {t}", f"leave {t}", f"technique after_turn {t}", f"gan after_turn {t}",
        ]  # fmt: skip

    ends = ["gan after_round", "technique after_round"]
    first = ["before_round", *turn("d", 0, True), *turn("d", 1, True), *turn("g", 0, False), *ends]
    assert ["setup", "on_start", *first] == EVENTS
    # Terms add up, and a penalty that is due every second round counts twice: d/dD of (D G + D + 3 * 2 * D^2) = 14.
    metrics = run.read_metrics()
    assert metrics["d/recording"] == pytest.approx(6.0 * (1.0 + (1 - 0.1 * 14) ** 2) / 2, rel=1e-5)
    assert metrics["g/seen"] == pytest.approx(1.0)
    EVENTS.clear()
    run.round += 1
    run.calendar.finish_round(run)
    play_round(run)
    second = ["before_round", *turn("d", 0, False), *turn("d", 1, False), *turn("g", 0, False), *ends]
    assert second == EVENTS
    run.round += 1
    run.calendar.finish_round(run)
    assert EVENTS[-1] == "on_end"


def test_the_average_follows_the_weights_that_sampling_uses():
    gan = Recording()
    run = Run(gan, nothing(), settle(gan, rounds=4))
    run.calendar.begin(run)
    expected = 1.0
    for round in range(4):
        play_round(run)
        run.round += 1
        decay = min(0.5, (1 + round) / (10 + round))
        expected = decay * expected + (1 - decay) * gan.generator.value.item()
        assert run.average.gan.generator.value.item() == pytest.approx(expected, rel=1e-6)
    assert run.average.gan.discriminator is None


def test_adding_a_technique_or_a_player_shifts_no_other_stream(recording):
    def draws(**chosen):
        run = Run(Recording(), nothing(), settle(Recording(), rounds=2, **chosen))
        return torch.rand(3, generator=run.seats["g"].rng)

    assert torch.equal(draws(), draws(techniques=["recording"]))


def test_phases_share_the_rounds_and_a_phase_that_ends_early_leaves_its_rest_to_the_next():
    calendar = Calendar([Phase("a", 1), Phase("weigh", 0), Phase("b", 2, until=lambda turn: True)], 9, ["g"])
    assert calendar.ends == [3, 3, 9]
    with pytest.raises(ConfigError, match="too few"):
        Calendar([Phase("a"), Phase("b")], 1, ["g"])


def test_what_makes_no_sense_together_is_refused_with_a_reason():
    import ganzoo

    digits, ring = ganzoo.load_data("digits", image_size=16), ganzoo.load_data("ring8", size=64)
    with pytest.raises(CompatibilityError, match="is for image data"):
        ganzoo.create("dcgan", data=ring)
    with pytest.raises(CompatibilityError, match="needs num_classes"):
        ganzoo.create("cgan", data=ganzoo.load_data("swiss-roll", size=64))
    gan = ganzoo.create("dcgan", data=digits, width=4)
    with pytest.raises(CompatibilityError, match="batch normalisation"):
        ganzoo.train(gan, digits, rounds=1, penalties=["gradient-penalty"])
    with pytest.raises(CompatibilityError, match="image_size=16"):
        ganzoo.train(gan, ganzoo.load_data("digits", image_size=32), rounds=1)
    with pytest.raises(CompatibilityError, match=r"takes no penalties(.|\n)*hint: leave the penalties out"):
        ganzoo.train(ganzoo.create("mad-gan", data=ring, width=8), ring, rounds=1, penalties=["r1"])
    with pytest.raises(CompatibilityError, match=r"streams.*unpaired|streams \['x'\]"):
        unpaired = ganzoo.load_data("unpaired", size=20)
        ganzoo.train(ganzoo.create("dcgan", data=unpaired, width=4), unpaired, rounds=1)
    with pytest.raises(ConfigError, match="its own objective"):
        ganzoo.train(ganzoo.create("mad-gan", data=ring, width=8), ring, rounds=1, loss="hinge")
    with pytest.raises(ConfigError, match="no player 'genrator'"):
        ganzoo.train(gan, digits, rounds=1, players={"genrator": {"lr": 1.0}})

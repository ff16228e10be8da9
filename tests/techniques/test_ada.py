"""ADA: the controller against a sequence by hand, its statistic, its state, and what it refuses."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import pytest
import torch

import ganzoo
from ganzoo.errors import CompatibilityError, ConfigError
from ganzoo.techniques.ada import AdaptiveAugmentation
from ganzoo.testing.tiny import same
from ganzoo.training.plan import settle
from ganzoo.training.play import play_round
from ganzoo.training.run import Run


def ready(technique: AdaptiveAugmentation, *, batch_size: int = 10, steps: int = 1) -> AdaptiveAugmentation:
    technique.rng = torch.Generator().manual_seed(0)
    seat = SimpleNamespace(batch_size=batch_size, steps=steps)
    seats = {"discriminator": seat, "generator": seat}
    technique.setup(SimpleNamespace(seats=seats, player_names=tuple(seats), device=torch.device("cpu")))
    return technique


def judge(technique: AdaptiveAugmentation, turn, round: int, signs: list[float], player: str = "discriminator") -> None:
    with technique.around_loss(turn(player=player, round=round)):
        technique.critic_output(torch.tensor(signs), "real")
        technique.critic_output(torch.full((7,), -9.0), "fake")
        technique.critic_output(torch.full((7,), -9.0), "between")


def test_the_controller_by_hand(turn) -> None:
    """Two rounds of 10 images each: p moves by 20 / 100 at a time, and r is compared with 0.5."""
    technique = ready(AdaptiveAugmentation(target=0.5, images=100, every=2))
    found = []
    for round, signs in enumerate(
        [[3.0, 0.1], [2.0, 9.0], [1.0, 1.0], [1.0, -1.0], [1.0, 1.0], [1.0, 1.0], [-1.0, -2.0], [1.0, 1.0], [-1.0, 0.0],
         [-1.0, -1.0], [-3.0, -1.0], [-1.0, -1.0]]
    ):  # fmt: skip
        judge(technique, turn, round, signs)
        judge(technique, turn, round, [-1.0] * 5, player="generator")  # of no account
        technique.after_round(turn(round=round))
        found.append(round and float(technique.probability))
    # r = 1 (up), 0.5 (as wanted), 1 (up), 0 (down), -0.75 (down), -1 (down, but not below 0)
    assert found == pytest.approx([0, 0.2, 0.2, 0.2, 0.2, 0.4, 0.4, 0.2, 0.2, 0.0, 0.0, 0.0])


def test_p_stays_below_1_and_unjudged_rounds_leave_it(turn) -> None:
    technique = ready(AdaptiveAugmentation(probability=0.9, images=100, every=1, target=0.0), batch_size=16, steps=2)
    judge(technique, turn, 0, [1.0])
    technique.after_round(turn())
    assert float(technique.probability) == 1.0
    technique.after_round(turn(round=1))
    assert float(technique.probability) == 1.0


def test_p_follows_a_cosine_without_a_target(turn) -> None:
    technique = ready(AdaptiveAugmentation(target=None, final_probability=0.4))
    for round, expected in ((0, 0.0), (5, 0.2), (10, 0.4)):
        technique.before_round(turn(round=round, rounds=10))
        judge(technique, turn, round, [1.0])
        technique.after_round(turn(round=round))
        assert float(technique.probability) == pytest.approx(expected)


def test_p_of_0_is_the_identity_bit_for_bit_and_kinds_have_their_own_streams() -> None:
    x = torch.randn(8, 3, 16, 16)
    off = ready(AdaptiveAugmentation(cutout=1.0, noise=1.0))
    assert torch.equal(off.critic_input(x, "real"), x)
    first, second = (ready(AdaptiveAugmentation(probability=0.8)) for _ in range(2))
    real, fake = first.critic_input(x, "real"), first.critic_input(x, "fake")
    other = [second.critic_input(x, kind) for kind in ("fake", "real")]
    assert torch.equal(real, other[1]) and torch.equal(fake, other[0]) and not torch.equal(real, fake)


def test_shares_leave_groups_out() -> None:
    x = torch.randn(64, 3, 16, 16).clamp(-1, 1)
    technique = ready(AdaptiveAugmentation(probability=1.0, geometry=0.0, colour=0.0))
    made = technique.critic_input(x, "real")
    assert not torch.equal(made, x) and set(made.unique().tolist()) <= set(x.unique().tolist())
    rarely = ready(AdaptiveAugmentation(probability=1.0, blit=0.0, geometry=0.0, colour=0.0, cutout=0.25))
    changed = (rarely.critic_input(torch.ones(2000, 1, 8, 8), "real") != 1).flatten(1).any(1)
    assert float(changed.float().mean()) == pytest.approx(0.25, abs=0.03)


def test_state_is_kept_exactly_between_two_adjustments() -> None:
    data = ganzoo.load_data("digits", image_size=8)
    runs = []
    for _ in range(2):
        gan = ganzoo.create("dcgan", data=data, seed=0, width=4, latent_dim=8)
        chosen = [{"name": "ada", "probability": 0.5, "images": 100, "target": 0.0}]
        runs.append(Run(gan, data, settle(gan, rounds=8, batch_size=8, techniques=chosen)))
    for _ in range(3):
        play_round(runs[0])
        runs[0].round += 1
    ada = runs[0].techniques[0]
    assert float(ada.judged) == 24 and float(ada.probability) == 0.5
    runs[1].load_state_dict(copy.deepcopy(runs[0].state_dict()))
    assert not same(ada.state_dict(), runs[1].techniques[0].state_dict())
    for run in runs:
        for _ in range(3):
            play_round(run)
            run.round += 1
    assert not same(runs[0].state_dict()["techniques"], runs[1].state_dict()["techniques"])
    assert not same(runs[0].state_dict()["gan"], runs[1].state_dict()["gan"])
    assert float(ada.probability) != 0.5


def test_what_makes_no_sense_is_refused() -> None:
    data = ganzoo.load_data("digits", image_size=8)

    def run(name: str, **settings: object) -> Run:
        gan = ganzoo.create(name, data=data, width=4)
        loss = settings.pop("loss", None)
        return Run(gan, data, settle(gan, rounds=1, loss=loss, techniques=[{"name": "ada", **settings}]))

    for loss in ("wasserstein", "relativistic", "least-squares"):
        with pytest.raises(CompatibilityError, match="sign of a logit"):
            run("dcgan", loss=loss)
        run("dcgan", loss=loss, target=None, final_probability=0.3)
    run("dcgan", loss={"name": "least-squares", "real_target": 1.0, "fake_target": -1.0})
    with pytest.raises(CompatibilityError, match="no single critic"):
        run("mad-gan")
    for wrong, words in (
        ({"probability": 1.5}, "probability=1.5"),
        ({"blit": 0.0, "geometry": 0.0, "colour": 0.0}, "all shares are 0"),
        ({"final_probability": 0.5}, "excludes"),
        ({"target": 1.0}, "lies in"),
        ({"every": 0}, "1 or more"),
    ):
        with pytest.raises(ConfigError, match=words):
            AdaptiveAugmentation(**wrong)

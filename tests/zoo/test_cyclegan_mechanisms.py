"""CycleGAN: both cycles, the history of fakes, who trains what, and translation."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import ganzoo
from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.game import Turn
from ganzoo.training.loop import train
from ganzoo.weights import named_tensors
from ganzoo.zoo.cyclegan import History

TINY = {"width": 4, "blocks": 1, "critic_width": 4, "history": 6}


def build(**config):
    return ganzoo.create("cyclegan", seed=0, **{**TINY, **config})


def a_turn(round: int = 0, seed: int = 1) -> Turn:
    rng = torch.Generator().manual_seed(seed)
    return Turn(round=round, rounds=100, phase="train", progress=0.0, player="critics", step=0, rng=rng, scratch={})


def batches(n: int = 3) -> dict[str, dict[str, torch.Tensor]]:
    rng = torch.Generator().manual_seed(2)
    return {domain: {"x": torch.rand(n, 3, 16, 16, generator=rng) * 2 - 1} for domain in "ab"}


class Shift(nn.Module):
    """A generator whose cycles are known: it adds a number."""

    def __init__(self, by: float) -> None:
        super().__init__()
        self.by = nn.Parameter(torch.tensor(by))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.by


def test_both_ways_there_and_back_count():
    gan, batch = build(cycle=7.0), batches()
    gan.ab, gan.ba = Shift(0.5), Shift(-0.2)
    torch.testing.assert_close(gan.generators_loss(batch, a_turn())["cycle"], torch.tensor(7.0 * (0.3 + 0.3)))
    # Each way alone: a generator that forgets everything spoils the cycles that it ends, or begins.
    gan.ab, gan.ba = nn.Tanh(), nn.Identity()
    a, b = batch["a"]["x"], batch["b"]["x"]
    expected = 7.0 * ((a.tanh() - a).abs().mean() + (b.tanh() - b).abs().mean())
    torch.testing.assert_close(gan.generators_loss(batch, a_turn())["cycle"], expected)
    batch["b"]["x"] = torch.zeros_like(b)
    torch.testing.assert_close(gan.generators_loss(batch, a_turn())["cycle"], 7.0 * (a.tanh() - a).abs().mean())


def test_identity_leaves_images_of_the_target_domain_alone():
    gan, batch = build(cycle=10.0, identity=0.5), batches()
    gan.ab, gan.ba = Shift(0.5), Shift(-0.2)
    torch.testing.assert_close(gan.generators_loss(batch, a_turn())["identity"], torch.tensor(5.0 * (0.5 + 0.2)))
    assert "identity" not in build().generators_loss(batch, a_turn())


def test_the_cycle_weighs_10_unless_told_otherwise():
    gan = ganzoo.create("cyclegan", seed=0)
    assert (gan.cycle, len(gan.histories["a"].images), gan.identity) == (10.0, 50, 0.0)


def test_one_player_trains_both_generators_and_one_both_critics():
    generators, critics = build().players()
    assert (generators.name, generators.modules) == ("generators", ("ab", "ba"))
    assert (critics.name, critics.modules) == ("critics", ("critics",))
    for player in (generators, critics):
        assert player.streams == ("a", "b") and player.schedule == "linear"


def test_gradients_reach_both_generators_and_the_critics_alone():
    gan, batch, turn = build(), batches(), a_turn()
    sum(gan.generators_loss(batch, turn).values()).backward()
    for generator in (gan.ab, gan.ba):
        assert all(parameter.grad is not None for parameter in generator.parameters())
    gan.zero_grad(set_to_none=True)
    sum(gan.critics_loss(batch, turn).values()).backward()
    assert all(parameter.grad is None for generator in (gan.ab, gan.ba) for parameter in generator.parameters())
    assert all(parameter.grad is not None for parameter in gan.critics.parameters())


def test_each_critic_judges_images_of_its_own_domain():
    gan, batch, turn = build(), batches(), a_turn()
    seen: dict[str, list[torch.Tensor]] = {"a": [], "b": []}
    for domain, critic in gan.critics.items():
        critic.register_forward_pre_hook(lambda module, inputs, domain=domain: seen[domain].append(inputs[0].detach()))
    gan.generators_loss(batch, turn)
    own = batches()
    own["a"]["x"], own["b"]["x"] = -own["a"]["x"], -own["b"]["x"]
    gan.critics_loss(own, turn)
    fakes = {"a": gan.ba(batch["b"]["x"]), "b": gan.ab(batch["a"]["x"])}
    for domain in "ab":
        fooled, real, fake = seen[domain]
        torch.testing.assert_close(fooled, fakes[domain].detach())
        assert torch.equal(real, own[domain]["x"])
        torch.testing.assert_close(fake, fakes[domain].detach())


def test_critics_want_ones_of_reals_and_zeros_of_fakes():
    gan, batch, turn = build(), batches(), a_turn()
    gan.generators_loss(batch, turn)
    for critic, expected in ((1.0, "fake"), (0.0, "real")):
        gan.critics["a"] = Constant(critic)
        loss = gan.critics_loss(batch, turn)["a"]
        (slope,) = torch.autograd.grad(loss, gan.critics["a"].value)
        assert (float(slope) > 0) == (expected == "fake") and float(loss.detach()) > 0


class Constant(nn.Module):
    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.tensor(value))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.value.expand(len(x), 1, 2, 2)


def test_critics_are_shown_fakes_of_earlier_rounds():
    gan, batch = build(history=6), batches(6)
    turn = a_turn(round=50)
    gan.generators_loss(batch, turn)
    gan.histories["a"].images.fill_(0.5)
    seen: list[torch.Tensor] = []
    gan.critics["a"].register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0].detach()))
    gan.critics_loss(batch, turn)
    _, shown = seen
    old = (shown == 0.5).flatten(1).all(1)
    assert 0 < int(old.sum()) < 6
    assert torch.equal(shown[~old], turn.scratch["a"][~old])
    # What was exchanged for them is remembered, and nothing else is.
    kept = {tuple(image.flatten().tolist()) for image in gan.histories["a"].images if not bool((image == 0.5).all())}
    assert kept == {tuple(image.flatten().tolist()) for image in turn.scratch["a"][old]}


def test_history_shows_the_latest_until_it_is_full():
    history = History(6, (1, 1, 1))
    for round in range(2):
        fakes = torch.arange(3.0).view(3, 1, 1, 1) + 1 + 3 * round
        assert torch.equal(history.exchange(fakes, a_turn(round)), fakes)
    assert history.images.flatten().tolist() == [1, 2, 3, 4, 5, 6]


def test_half_of_what_is_shown_comes_from_the_history():
    history, old, rounds = History(10, (1, 1, 1)), 0, 400
    for round in range(rounds):
        shown = history.exchange(torch.full((5, 1, 1, 1), float(round + 1)), a_turn(round, seed=round))
        assert bool((shown <= round + 1).all())
        old += int((shown < round + 1).sum())
    assert abs(old / (5 * rounds) - 0.5) < 0.05  # 4.5 standard deviations


def test_techniques_act_on_what_critics_see():
    kinds: list[str] = []

    class Spy:
        def critic_input(self, x, kind):
            kinds.append(kind)
            return x

    gan, batch, turn = build(), batches(), a_turn()
    gan.input_techniques = (Spy(),)
    gan.generators_loss(batch, turn)
    assert kinds == ["fake", "fake"]
    gan.critics_loss(batch, turn)
    assert sorted(kinds[2:]) == ["fake", "fake", "real", "real"]


def test_a_source_is_translated_in_either_direction():
    gan, source = build(), batches(5)["a"]["x"]
    with torch.no_grad():
        forth, back = gan.eval().ab(source), gan.ba(source)
    torch.testing.assert_close(gan.sample(5, source=source), forth)
    torch.testing.assert_close(gan.sample(3, source=source, direction="ba", batch_size=2), back[:3])
    assert gan.sample(0, source=source).shape == (0, 3, 16, 16)


def test_without_a_source_there_is_nothing_to_sample():
    gan, source = build(), batches()["a"]["x"]
    with pytest.raises(NotSamplable, match="source") as refused:
        gan.sample(2)
    assert "source=" in refused.value.hint
    with pytest.raises(NotSamplable, match="labels"):
        gan.sample(2, source=source, labels=1)
    for settings in ({"direction": "up"}, {"n": 4}):
        with pytest.raises(ConfigError):
            gan.sample(**{"n": 2, "source": source, **settings})


def test_histories_are_part_of_a_resumed_run(tmp_path):
    data, settings = ganzoo.load_data("unpaired", size=20), {"rounds": 10, "batch_size": 2, "seed": 3}
    whole, resumed = build(), build()
    train(whole, data, out=tmp_path / "whole", **settings)
    train(build(), data, out=tmp_path / "parts", stop_at=5, **settings)
    train(resumed, data, out=tmp_path / "parts", resume=True)
    assert float(whole.histories["a"].images.abs().sum()) > 0
    for name, tensor in named_tensors(whole).items():
        assert torch.equal(tensor, named_tensors(resumed)[name]), name


def test_a_source_of_another_kind_is_named():
    gan = build()
    assert gan.sample(2, source=torch.zeros(2, 3, 20, 24)).shape == (2, 3, 20, 24)
    for source in (torch.zeros(2, 1, 16, 16), torch.zeros(3, 16, 16), torch.zeros(2, 3, 16, 16, dtype=torch.uint8)):
        with pytest.raises(ConfigError, match="N, 3, H, W"):
            gan.sample(2, source=source)


def test_weights_start_small():
    gan = ganzoo.create("cyclegan", seed=0)
    for network in (gan.ab, gan.critics["a"]):
        weights = torch.cat([m.weight.detach().flatten() for m in network.modules() if isinstance(m, nn.Conv2d)])
        assert abs(float(weights.std()) - 0.02) < 0.002


@pytest.mark.parametrize("config", [{"history": 0}, {"cycle": -1.0}, {"identity": -0.5}, {"image_size": 8}])
def test_settings_that_cannot_work_are_refused(config):
    with pytest.raises(ConfigError):
        build(**config)

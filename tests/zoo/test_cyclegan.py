import pytest
import torch
from torch.nn.functional import l1_loss

import ganzoo
from ganzoo.errors import NotSamplable
from ganzoo.testing.tiny import build_tiny
from ganzoo.zoo.cyclegan import History


@pytest.fixture
def gan():
    return build_tiny("cyclegan")[0]


@pytest.fixture
def batch():
    rng = torch.Generator().manual_seed(1)
    return {domain: {"x": torch.rand(2, 3, 16, 16, generator=rng) * 2 - 1} for domain in "ab"}


def test_both_cycles_and_both_identities_count(gan, batch, turn):
    a, b = batch["a"]["x"], batch["b"]["x"]
    terms = gan.generators_loss(batch, turn)
    cycle = l1_loss(gan.ba(gan.ab(a)), a) + l1_loss(gan.ab(gan.ba(b)), b)
    torch.testing.assert_close(terms["cycle"], 10 * cycle)
    torch.testing.assert_close(terms["identity"], 0.5 * 10 * (l1_loss(gan.ab(b), b) + l1_loss(gan.ba(a), a)))
    fooled = [(gan.critics[d](fake) - 1).square().mean() for d, fake in (("a", gan.ba(b)), ("b", gan.ab(a)))]
    torch.testing.assert_close(terms["adversarial"], sum(fooled))


def test_the_critics_loss_alone_is_halved_and_sees_this_round_s_fakes(gan, batch, turn):
    gan.generators_loss(batch, turn)
    fake = turn.scratch["a"]
    assert not fake.requires_grad
    terms = gan.critics_loss(batch, turn)
    critic = gan.critics["a"]
    expected = 0.5 * ((critic(batch["a"]["x"]) - 1).square().mean() + critic(fake).square().mean())
    torch.testing.assert_close(terms["a"], expected)


def test_the_history_gives_back_older_fakes_about_half_of_the_time(turn):
    history, older = History(50, (1, 1, 1)), 0
    for round in range(400):
        turn.round = round
        fakes = torch.full((4, 1, 1, 1), float(round))
        given = history.exchange(fakes, turn)
        older += int((given != round).sum()) if round >= 100 else 0
        assert (given <= round).all()
        if round < 12:
            assert torch.equal(given, fakes)
    assert 0.45 < older / 1200 < 0.55


def test_it_translates_both_ways_and_makes_nothing_from_nothing(gan, batch):
    a = batch["a"]["x"]
    with torch.no_grad():
        torch.testing.assert_close(gan.sample(2, source=a), gan.ab(a))
        torch.testing.assert_close(gan.sample(1, source=a, direction="ba"), gan.ba(a[:1]))
    with pytest.raises(NotSamplable, match="source"):
        gan.sample(2)
    with pytest.raises(NotSamplable, match="labels"):
        gan.sample(2, source=a, labels=1)
    with pytest.raises(NotSamplable):
        ganzoo.interpolate(gan, seeds=[0, 1])


def test_rates_fall_in_the_second_half(gan):
    assert {player.schedule for player in gan.players()} == {"linear"}

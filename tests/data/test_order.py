from __future__ import annotations

import torch

from ganzoo.data.order import Order


def test_every_epoch_holds_every_item_once_and_epochs_differ():
    order = Order(7, seed=3)
    drawn = order.draw(0, 21).view(3, 7)
    assert all(row.sort().values.tolist() == list(range(7)) for row in drawn)
    assert len({tuple(row.tolist()) for row in drawn}) == 3


def test_the_order_does_not_depend_on_how_it_is_cut():
    whole = Order(5, seed=1).draw(0, 60)
    order = Order(5, seed=1)
    cut = torch.cat([order.draw(start, 12) for start in range(0, 60, 12)])
    assert torch.equal(whole, cut)
    assert torch.equal(Order(5, seed=1).draw(23, 7), whole[23:30])


def test_seeds_give_different_orders():
    assert not torch.equal(Order(50, seed=1).draw(0, 50), Order(50, seed=2).draw(0, 50))


def test_weighted_draws_follow_the_weights_and_the_position_alone():
    weights = torch.tensor([0.0, 1.0, 3.0])
    drawn = Order(3, seed=0).draw(0, 4000, weights)
    shares = torch.bincount(drawn, minlength=3) / 4000
    assert shares[0] == 0 and abs(float(shares[2]) - 0.75) < 0.03
    assert torch.equal(Order(3, seed=0).draw(64, 9, weights), Order(3, seed=0).draw(64, 9, weights))
    assert not torch.equal(Order(3, seed=0).draw(64, 9, weights), Order(3, seed=0).draw(73, 9, weights))


def test_the_global_generator_is_left_alone():
    state = torch.get_rng_state()
    Order(9, seed=0).draw(0, 30)
    Order(9, seed=0).draw(0, 30, torch.ones(9))
    assert torch.equal(state, torch.get_rng_state())

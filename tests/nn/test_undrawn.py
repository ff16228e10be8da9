"""Building without initial weights: the same module tree, and nothing else is touched."""

import pytest
import torch
from torch import nn

from ganzoo.core import entries, registry
from ganzoo.nn.undrawn import FILLING, Undrawn
from ganzoo.testing.tiny import build_tiny
from ganzoo.weights import assign_to, named_tensors, table


def test_what_is_filled_keeps_its_shape_and_no_numbers_are_drawn():
    state = torch.get_rng_state()
    with torch.device("meta"), Undrawn():
        layer = nn.Linear(3, 4)
        weight = torch.empty(5, 2)
        filled = [nn.init.normal_(weight, 0.0, 0.02), weight.uniform_(-1, 1), nn.init.orthogonal_(tensor=weight)]
        drawn = torch.randn(2, 3, dtype=torch.float64, generator=None), torch.rand((4,))
    assert all(tensor is weight for tensor in filled)
    assert layer.weight.is_meta and layer.weight.shape == (4, 3) and layer.weight.requires_grad
    assert [(t.shape, t.dtype, t.is_meta) for t in drawn] == [
        ((2, 3), torch.float64, True),
        ((4,), torch.float32, True),
    ]
    assert torch.equal(torch.get_rng_state(), state)


def test_what_has_numbers_is_filled_and_drawn():
    with Undrawn():
        assert torch.zeros(3).fill_(2.0).sum() == 6 and nn.init.ones_(torch.empty(2)).sum() == 2
    with torch.device("meta"), Undrawn():
        assert torch.randn(3, device="cpu").isfinite().all()
        assert torch.randn(3, out=torch.empty(3, device="cpu"), device="cpu").isfinite().all()
    assert {"normal_", "uniform_", "kaiming_uniform_", "trunc_normal_", "orthogonal_", "constant_"} <= FILLING


@pytest.mark.parametrize("name", [found.entry.name for found in registry.entries(entries.Architecture)])
def test_every_architecture_has_the_same_tree(name):
    gan, _ = build_tiny(name)
    with torch.device("meta"), Undrawn():
        empty = type(gan)(**gan.config)
    assert table(named_tensors(empty)) == table(named_tensors(gan))
    assert all(tensor.is_meta for tensor in named_tensors(empty).values())
    assign_to(empty, named_tensors(gan))
    assert all(torch.equal(tensor, named_tensors(gan)[key]) for key, tensor in named_tensors(empty).items())


def test_what_is_shared_stays_shared():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.two = nn.Linear(2, 2), nn.Linear(2, 2)
            self.two.weight = self.one.weight
            self.register_buffer("count", torch.zeros(2))
            self.register_buffer("same", self.count)

    with torch.device("meta"), Undrawn():
        tied = Tied()
    given = {"one.weight": torch.eye(2), "one.bias": torch.ones(2), "two.bias": torch.ones(2), "count": torch.ones(2)}
    assign_to(tied, given)
    assert tied.two.weight is tied.one.weight and tied.same is tied.count and isinstance(tied.one.weight, nn.Parameter)
    assert len(list(tied.parameters())) == 3 and tied.one.weight.data_ptr() == given["one.weight"].data_ptr()

"""Spectral normalisation: true singular values, Lipschitz bound, saved state."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganzoo.nn.spectral import spectral_norm


def singular_value(weight: Tensor, transposed: bool = False) -> float:
    matrix = weight.detach().transpose(0, 1) if transposed else weight.detach()
    return float(torch.linalg.matrix_norm(matrix.flatten(1), 2))


class Everything(nn.Module):
    """One layer of each kind, with weights far from norm 1."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(2, 6, 3, padding=1)
        self.transposed = nn.ConvTranspose2d(6, 4, 4, stride=2, padding=1)
        self.linear = nn.Linear(4, 5)
        self.embedding = nn.Embedding(7, 5)
        for parameter in self.parameters():
            nn.init.normal_(parameter, std=3.0)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        h = self.transposed(self.convolution(x)).mean((2, 3))
        return (self.linear(h) * self.embedding(y)).sum(1)


def test_the_largest_singular_value_of_every_layer_is_one() -> None:
    torch.manual_seed(0)
    net = Everything()
    assert singular_value(net.linear.weight) > 1.5
    assert spectral_norm(net) is net
    for _ in range(30):
        net(torch.randn(2, 2, 4, 4), torch.tensor([0, 6]))
    net.eval()
    for layer in (net.convolution, net.linear, net.embedding):
        assert abs(singular_value(layer.weight) - 1) < 0.05
    assert abs(singular_value(net.transposed.weight, transposed=True) - 1) < 0.05


def test_a_leaky_network_of_three_layers_does_not_stretch_distances() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(8, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1))
    for parameter in net.parameters():
        nn.init.normal_(parameter)
    a, b = 3 * torch.randn(2, 500, 8)

    def stretch() -> float:
        with torch.no_grad():
            return float(((net(a) - net(b)).norm(dim=1) / (a - b).norm(dim=1)).max())

    assert stretch() > 1.5
    spectral_norm(net)
    for _ in range(30):
        net(a)
    net.eval()
    assert stretch() <= 1.05


def test_evaluation_does_not_iterate_and_the_vectors_are_saved() -> None:
    torch.manual_seed(0)
    net, other = spectral_norm(nn.Linear(6, 4)), spectral_norm(nn.Linear(6, 4))
    net(torch.randn(1, 6))
    net.eval(), other.eval()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    x = torch.randn(3, 6)
    y = net(x)
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    other.load_state_dict(net.state_dict())
    assert torch.equal(other(x), y)


def test_normalising_twice_is_normalising_once() -> None:
    net = spectral_norm(spectral_norm(nn.Sequential(nn.Linear(3, 3))))
    assert len(net[0].parametrizations["weight"]) == 1


def test_networks_without_storage_can_be_normalised() -> None:
    with torch.device("meta"):
        net = spectral_norm(nn.Sequential(nn.Conv2d(1, 2, 3), nn.Linear(2, 2)))
    assert all(value.is_meta for value in net.state_dict().values())

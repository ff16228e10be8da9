from __future__ import annotations

import pytest
import torch

from ganzoo.errors import ConfigError
from ganzoo_plugin_translate.unet import UNet, repeated


def kept(network: UNet, n: int, height: int, width: int) -> list[torch.Tensor]:
    """Masks that drop nothing, at the strength of those that do."""
    return [torch.full((n, *shape), 1 - network.dropout) for shape in network.mask_shapes(height, width)]


@pytest.mark.parametrize("size", [(8, 8), (9, 13), (15, 8), (17, 31), (64, 40)])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_every_size_is_kept(size, depth):
    network = UNet(in_channels=2, out_channels=3, width=4, depth=depth)
    y = network(torch.randn(2, 2, *size), kept(network, 2, *size))
    assert y.shape == (2, 3, *size) and y.abs().max() <= 1


def test_what_cannot_be_halved_so_often_is_named():
    network = UNet(width=4, depth=3)
    with pytest.raises(ConfigError, match="halved 3 times"):
        network(torch.randn(1, 3, 7, 16), [])
    for wrong in ({"depth": 0}, {"dropout": 1.0}):
        with pytest.raises(ConfigError):
            UNet(**wrong)


def test_every_way_across_reaches_the_output():
    torch.manual_seed(0)
    network = UNet(in_channels=1, out_channels=1, width=4, depth=4)
    x = torch.randn(1, 1, 16, 16)
    masks = kept(network, 1, 16, 16)
    whole = network(x, masks)
    for i in range(3):
        own = network.widths[i]
        weight = network.up[i].weight.data
        across = weight[own:].clone()  # the upper half of what is read comes from beside
        weight[own:] = 0
        cut = network(x, masks)
        weight[own:] = across
        assert (cut - whole).abs().max().item() > 1e-4, f"level {i} has no way across"


def test_detail_that_the_innermost_point_has_lost_is_still_seen():
    torch.manual_seed(0)
    network = UNet(in_channels=1, out_channels=1, width=4, depth=4)
    torch.nn.init.zeros_(network.up[3].weight)  # nothing comes up from the innermost point
    x = torch.zeros(1, 1, 16, 16)
    moved = x.clone()
    moved[..., 5, 5] = 1
    masks = kept(network, 1, 16, 16)
    assert not torch.equal(network(x, masks), network(moved, masks))


def test_noise_enters_after_the_first_doublings():
    deep = UNet(width=64, depth=8)
    assert deep.mask_shapes(256, 256) == [(512, 2, 2), (512, 4, 4), (512, 8, 8)]
    assert UNet(width=4, depth=4).mask_shapes(16, 24) == [(16, 2, 3)]
    assert UNet(width=4, depth=2).mask_shapes(16, 16) == []


def test_dropped_numbers_are_zero_and_the_others_scaled():
    torch.manual_seed(0)
    network = UNet(in_channels=1, out_channels=1, width=2, depth=3)
    seen = []
    network.up[1].register_forward_pre_hook(lambda module, args: seen.append(args[0]))
    x = torch.randn(1, 1, 8, 8)
    mask = (torch.rand(1, *network.mask_shapes(8, 8)[0]) < 0.5).float()
    network(x, [torch.full_like(mask, 0.5)])
    network(x, [mask])
    channels = mask.shape[1]
    torch.testing.assert_close(seen[1][:, :channels], seen[0][:, :channels] * mask * 2)
    assert torch.equal(seen[1][:, channels:], seen[0][:, channels:]), "what comes across is not dropped"


def test_masks_of_another_size_are_repeated():
    mask = torch.arange(4.0).view(1, 1, 2, 2)
    assert torch.equal(repeated(mask, 3, 5)[0, 0], torch.tensor([[0, 1, 0, 1, 0], [2, 3, 2, 3, 2], [0, 1, 0, 1, 0]]))
    assert repeated(mask, 1, 1).item() == 0 and repeated(mask, 2, 2) is mask

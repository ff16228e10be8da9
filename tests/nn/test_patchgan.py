"""PatchGAN: receptive field, sizes, widths, refusals."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganzoo.errors import ConfigError
from ganzoo.nn.patchgan import PatchDiscriminator


@pytest.mark.parametrize(("layers", "field"), [(1, 16), (2, 34), (3, 70)])
def test_each_logit_judges_a_patch_of_the_documented_size(layers: int, field: int) -> None:
    torch.manual_seed(0)
    net = PatchDiscriminator(channels=1, width=2, layers=layers)
    # Without normalisation, whose statistics are of the whole image, the gradient shows the patch.
    net.stack = nn.Sequential(*(m for m in net.stack if not isinstance(m, nn.InstanceNorm2d)))
    x = torch.randn(1, 1, 128, 128, requires_grad=True)
    logits = net(x)
    centre = logits.shape[-1] // 2
    (gradient,) = torch.autograd.grad(logits[0, 0, centre, centre], x)
    for axis in (2, 3):
        touched = gradient.abs().amax(dim=[d for d in range(4) if d != axis]).nonzero().flatten()
        assert int(touched[-1] - touched[0]) + 1 == field


@pytest.mark.parametrize(
    ("size", "layers", "expected"),
    [((256, 256), 3, (30, 30)), ((24, 24), 3, (1, 1)), ((16, 16), 2, (2, 2)), ((13, 20), 1, (4, 8))],
)
def test_logits_are_one_channel_of_patches(size: tuple[int, int], layers: int, expected: tuple[int, int]) -> None:
    net = PatchDiscriminator(channels=2, width=2, layers=layers)
    assert net(torch.randn(2, 2, *size)).shape == (2, 1, *expected)


def test_widths_double_up_to_eight_times_and_ends_are_not_normalised() -> None:
    net = PatchDiscriminator(width=4, layers=5)
    convolutions = [m for m in net.stack if isinstance(m, nn.Conv2d)]
    assert [m.out_channels for m in convolutions] == [4, 8, 16, 32, 32, 32, 1]
    assert [m.stride[0] for m in convolutions] == [2, 2, 2, 2, 2, 1, 1]
    assert sum(isinstance(m, nn.InstanceNorm2d) for m in net.stack) == 5
    assert isinstance(net.stack[1], nn.LeakyReLU) and isinstance(net.stack[-1], nn.Conv2d)


def test_refusals() -> None:
    with pytest.raises(ConfigError, match="24 x 24 pixels or more, not 24 x 23"):
        PatchDiscriminator(width=2)(torch.zeros(1, 3, 24, 23))
    with pytest.raises(ConfigError, match="layers=0"):
        PatchDiscriminator(layers=0)


def test_samples_are_judged_one_by_one() -> None:
    net = PatchDiscriminator(channels=1, width=2, layers=1)
    x = torch.randn(3, 1, 16, 16)
    torch.testing.assert_close(net(x)[1:2], net(x[1:2]))


def test_normalised_by_itself_an_image_hides_its_contrast_and_over_the_batch_it_does_not() -> None:
    torch.manual_seed(0)
    x = torch.randn(4, 1, 16, 16)
    faint = torch.cat([x[:1] * 0.1, x[1:]])
    change = {}
    for normalisation in ("instance", "batch"):
        critic = PatchDiscriminator(channels=1, width=4, layers=1, normalisation=normalisation)
        torch.nn.init.zeros_(critic.stack[0].bias)
        torch.nn.init.zeros_(critic.stack[2].bias)
        with torch.no_grad():
            change[normalisation] = float((critic(faint) - critic(x))[0].abs().mean())
    assert change["instance"] < 1e-2 < change["batch"]

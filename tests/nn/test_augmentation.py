"""Changes of images against closed forms, and their gradients against finite differences."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from ganzoo.errors import CompatibilityError
from ganzoo.nn.augmentation import colour, geometry
from ganzoo.nn.augmentation.blit import blit, mirrored, shifted
from ganzoo.nn.augmentation.cutout import cutout
from ganzoo.nn.augmentation.pipeline import STAGES, Draws


def images(n: int = 2, channels: int = 3, height: int = 8, width: int = 8) -> Tensor:
    return (
        torch.rand(n, channels, height, width, generator=torch.Generator().manual_seed(3), dtype=torch.float64) * 2 - 1
    )


def one(value: float) -> Tensor:
    return torch.tensor([value], dtype=torch.float64)


def test_brightness_contrast_and_luma_flip() -> None:
    x = images(1)
    assert torch.allclose(colour.recolour(x, colour.brightness(one(0.3))), x + 0.3)
    assert torch.allclose(colour.recolour(x, colour.contrast(one(1.7))), 1.7 * x)
    grey = x.mean(1, keepdim=True)
    assert torch.allclose(colour.recolour(x, colour.luma_flip(one(1.0))), x - 2 * grey)
    assert torch.equal(colour.recolour(x, colour.luma_flip(one(0.0))), x)


def test_hue_turns_about_the_grey_axis() -> None:
    x = images(1)
    third = colour.recolour(x, colour.hue(one(2 * math.pi / 3)))
    assert torch.allclose(third, x[:, [2, 0, 1]])  # red goes to green, green to blue
    back = colour.recolour(third, colour.hue(one(-2 * math.pi / 3)))
    assert torch.allclose(back, x)
    half = colour.recolour(x, colour.hue(one(math.pi)))
    assert torch.allclose(half, 2 * x.mean(1, keepdim=True) - x)


def test_saturation_scales_what_is_not_grey() -> None:
    x = images(1)
    grey = x.mean(1, keepdim=True)
    assert torch.allclose(colour.recolour(x, colour.saturation(one(0.0))), grey.expand_as(x))
    assert torch.allclose(colour.recolour(x, colour.saturation(one(2.5))), grey + 2.5 * (x - grey))


@pytest.mark.parametrize("channels", [1, 2])
def test_a_grey_image_is_treated_as_three_equal_colours(channels: int) -> None:
    x = images(1, channels)
    matrix = colour.saturation(one(0.3)) @ colour.hue(one(1.0)) @ colour.luma_flip(one(1.0))
    matrix = matrix @ colour.contrast(one(0.6)) @ colour.brightness(one(0.2))
    made = colour.recolour(x, matrix)
    assert torch.allclose(made[:, :1], -0.6 * (x[:, :1] + 0.2))
    assert torch.equal(made[:, 1:], x[:, 1:])


def test_transparency_stays_and_five_channels_are_refused() -> None:
    x = images(1, 4)
    made = colour.recolour(x, colour.brightness(one(0.5)))
    assert torch.equal(made[:, 3], x[:, 3]) and torch.allclose(made[:, :3], x[:, :3] + 0.5)
    with pytest.raises(CompatibilityError, match="5 channels"):
        colour.recolour(images(1, 5), colour.brightness(one(0.5)))


def test_indices_are_mirrored_at_the_centres_of_border_pixels() -> None:
    assert mirrored(torch.arange(-4, 9), 4).tolist() == [2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2]
    assert mirrored(torch.arange(-2, 3), 1).tolist() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("flip", [0, 1])
def test_flips_and_quarter_turns_are_exact(flip: int, turns: int) -> None:
    x = images()
    made = blit(x, torch.full((2,), flip), torch.full((2,), turns), torch.zeros(2, 2, dtype=torch.long))
    assert torch.equal(made, torch.rot90(x.flip(3) if flip else x, turns, (2, 3)))


def test_whole_shifts_mirror_the_border_or_let_zeros_in() -> None:
    x = torch.arange(12.0).view(1, 1, 3, 4)
    made = blit(x, torch.tensor([0]), torch.tensor([0]), torch.tensor([[1, -2]]))
    assert made[0, 0].tolist() == [[6, 7, 6, 5], [2, 3, 2, 1], [6, 7, 6, 5]]
    assert shifted(x, torch.tensor([[1, -2]]))[0, 0].tolist() == [[0, 0, 0, 0], [2, 3, 0, 0], [6, 7, 0, 0]]


def test_half_turns_of_images_that_are_not_square() -> None:
    x = images(1, 1, 4, 6)
    made = blit(x, torch.tensor([0]), torch.tensor([2]), torch.zeros(1, 2, dtype=torch.long))
    assert torch.equal(made, torch.rot90(x, 2, (2, 3)))


def test_cutout_of_half_the_side() -> None:
    x = torch.ones(2, 1, 4, 4)
    made = cutout(x, torch.tensor([[0.5, 0.5], [0.0, 1.0]]), torch.tensor([True, True]))
    assert made[0, 0].tolist() == [[1, 1, 1, 1], [1, 0, 0, 1], [1, 0, 0, 1], [1, 1, 1, 1]]
    assert made[1, 0].tolist() == [[1, 1, 1, 0], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]
    assert torch.equal(cutout(x, torch.full((2, 2), 0.5), torch.tensor([False, False])), x)


def test_the_filter_is_an_orthonormal_wavelets_with_six_vanishing_moments() -> None:
    h = torch.tensor(geometry.SYM6, dtype=torch.float64)
    k = torch.arange(12, dtype=torch.float64)
    assert float(h.sum()) == pytest.approx(math.sqrt(2), abs=1e-10)
    for apart in range(0, 12, 2):
        assert float((h[apart:] * h[: 12 - apart]).sum()) == pytest.approx(float(apart == 0), abs=1e-10)
    for power in range(6):
        assert float(((-1) ** k * (k / 12) ** power * h).sum()) == pytest.approx(0.0, abs=1e-9)


def test_enlarging_and_reducing_change_nothing() -> None:
    x = images(1, 2, 7, 10)
    enlarged = geometry.enlarge(x)
    margin = 2 * geometry.MARGIN
    inner = enlarged[:, :, margin : margin + 24, margin : margin + 30]
    assert torch.allclose(geometry.reduce(inner), x, atol=1e-10)


def planes(height: int, width: int, right: float, down: float, level: float) -> Tensor:
    """An image that rises evenly, in pixels from its centre."""
    columns = torch.arange(width, dtype=torch.float64) - (width - 1) / 2
    rows = torch.arange(height, dtype=torch.float64) - (height - 1) / 2
    return (right * columns[None, :] + down * rows[:, None] + level)[None, None]


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        (geometry.scaling(one(1.25), one(2.0)), (0.8 * 0.1, 0.5 * -0.2, 0.3)),
        (geometry.translation(one(1.3), one(-0.4)), (0.1, -0.2, 0.3 - 0.1 * 1.3 - 0.2 * 0.4)),
        (
            geometry.rotation(one(0.4)),
            (0.1 * math.cos(0.4) - 0.2 * math.sin(0.4), -0.1 * math.sin(0.4) - 0.2 * math.cos(0.4), 0.3),
        ),
    ],
)
def test_even_slopes_are_mapped_exactly_far_from_the_border(back: Tensor, expected: tuple[float, ...]) -> None:
    made = geometry.warp(planes(24, 28, 0.1, -0.2, 0.3), back)
    inside = (slice(None), slice(None), slice(9, 15), slice(11, 17))
    assert torch.allclose(made[inside], planes(24, 28, *expected)[inside], atol=1e-9)


def test_a_quarter_turn_by_resampling_is_one_of_whole_pixels() -> None:
    """Up to what the filter's slight asymmetry and the bilinear step take, and away from the kinks of the border."""
    rows = torch.arange(16, dtype=torch.float64)
    x = (torch.sin(rows / 3)[:, None] * torch.cos(rows / 4)[None, :])[None, None]
    made = geometry.warp(x, geometry.rotation(one(math.pi / 2)))
    assert torch.allclose(made[..., 1:-1, 1:-1], torch.rot90(x, 1, (2, 3))[..., 1:-1, 1:-1], atol=0.02)
    assert (made - x).abs().max() > 0.5


def test_beyond_the_border_the_image_goes_on_mirrored() -> None:
    x = torch.cos(torch.arange(16, dtype=torch.float64) * math.pi / 15)[None, :].expand(16, 16)[None, None]
    made = geometry.warp(x, geometry.translation(one(4.0), one(0.0)))  # an even function about its first pixel
    assert torch.allclose(made[..., :4], x[..., 1:5].flip(3), atol=0.02)


@pytest.mark.parametrize("stage", list(STAGES))
def test_at_chance_0_every_stage_is_the_identity_bit_for_bit(stage: str) -> None:
    x = images(16, 3).float()
    rng = torch.Generator().manual_seed(1)
    assert torch.equal(STAGES[stage](x, torch.zeros(()), rng), x)
    assert not torch.equal(STAGES[stage](x, torch.ones(()), rng), x)


@pytest.mark.parametrize("stage", list(STAGES))
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_gradients_of_every_stage_and_gradients_of_gradients(stage: str, channels: int) -> None:
    x = images(2, channels, 5, 5).requires_grad_()

    def change(images: Tensor) -> Tensor:
        return STAGES[stage](images, torch.full((), 0.7), torch.Generator().manual_seed(5))

    assert gradcheck(change, (x,), fast_mode=True)
    assert gradgradcheck(lambda images: change(images).square(), (x,), fast_mode=True)


@pytest.mark.parametrize("stage", list(STAGES))
def test_draws_do_not_depend_on_the_chance(stage: str) -> None:
    x, states = images(4), []
    for chance in (0.0, 0.5, 1.0):
        rng = torch.Generator().manual_seed(1)
        STAGES[stage](x, torch.tensor(chance), rng)
        states.append(rng.get_state())
    assert torch.equal(states[0], states[1]) and torch.equal(states[0], states[2])


def test_things_happen_as_often_as_they_should() -> None:
    draws = Draws(torch.zeros(20_000, 1, 1, 1), torch.Generator().manual_seed(0))
    for chance in (0.0, 0.2, 1.0):
        assert float(draws.happens(torch.tensor(chance)).float().mean()) == pytest.approx(chance, abs=0.02)
    assert float(draws.normal(2.0).std()) == pytest.approx(2.0, rel=0.02)
    uniform = draws.uniform(-3, 1)
    assert -3 <= float(uniform.min()) < -2.99 and 0.99 < float(uniform.max()) < 1


def test_every_image_is_changed_in_its_own_way() -> None:
    x = images(1).expand(6, -1, -1, -1)
    for stage in STAGES.values():
        made = stage(x, torch.ones(()), torch.Generator().manual_seed(2))
        assert len({tuple(image.flatten().tolist()) for image in made}) >= 5

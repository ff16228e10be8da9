"""Images that a model can make are found again."""

import pytest
import torch

import ganzoo
from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.exploration.projection import learning_rate_share, project, pyramid_distance


@pytest.mark.parametrize("space", ["z", "w", "w+"])
def test_a_linear_generators_own_sample_is_found_again(toy, space):
    target = toy.sample(1, seed=123_456)[0].clamp(-1, 1)
    steps = []
    found = project(toy, target, space=space, steps=200, report=steps.append)
    assert found.psnr > 45 and found.image.shape == (1, 4, 4)
    assert len(found.distances) == 200 and steps == list(range(200))
    assert found.distances[-1] < 0.01 * found.distances[0] or found.distances[0] < 1e-4


def test_w_plus_finds_what_one_style_cannot_make(toy):
    styles = torch.randn(1, 4, 2, generator=torch.Generator().manual_seed(5))
    target = toy.synthesise(styles, {})[0].detach().clamp(-1, 1)
    one, many = (project(toy, target, space=space, steps=200).psnr for space in ("w", "w+"))
    assert many > one + 10 and many > 35


def test_a_search_is_repeatable_and_changes_nothing(digits):
    target = digits.sample(1, seed=77)[0].clamp(-1, 1)
    before, modes = torch.get_rng_state(), [module.training for module in digits.modules()]
    first, second = (project(digits, target, steps=5, seed=1) for _ in range(2))
    assert torch.equal(first.image, second.image) and first.distances == second.distances
    assert torch.equal(before, torch.get_rng_state()) and modes == [m.training for m in digits.modules()]
    assert all(parameter.grad is None for parameter in digits.parameters())


def test_another_distance_is_used(toy):
    target = torch.zeros(1, 4, 4)
    found = project(toy, target, steps=3, distance=lambda a, b: (a - b).abs().sum((1, 2, 3)))
    assert found.distances[0] != pytest.approx(project(toy, target, steps=3).distances[0])


@pytest.mark.parametrize(
    ("image", "arguments", "words"),
    [
        (torch.zeros(3, 4, 4), {}, "model makes"),
        (torch.full((1, 4, 4), 2.0), {}, r"\[-1, 1\]"),
        (torch.full((1, 4, 4), torch.nan), {}, r"\[-1, 1\]"),
        (torch.zeros(1, 4, 4), {"steps": 0}, "at least one step"),
    ],
)
def test_what_cannot_be_projected(toy, image, arguments, words):
    with pytest.raises(ConfigError, match=words):
        project(toy, image, **arguments)


def test_points_are_no_images():
    with pytest.raises(NotSamplable, match="no images"):
        project(ganzoo.create("gan", features=2), torch.zeros(1, 4, 4))


def test_the_distance_sees_more_than_pixels():
    image = torch.zeros(1, 1, 16, 16)
    lines, grey = image.clone(), image + 0.5
    lines[..., ::2] = 1.0
    # Both lines and grey are 0.5 on average: alike from afar, which the finest level alone does not see.
    near, far = pyramid_distance(lines, grey), (lines - grey).square().mean()
    assert float(near) == pytest.approx(float(far) / 3)


def test_the_rate_rises_holds_and_falls():
    shares = [learning_rate_share(t / 100) for t in range(100)]
    assert shares[0] < 0.05 and shares[50] == 1 and shares[99] < 0.01 and max(shares) == 1

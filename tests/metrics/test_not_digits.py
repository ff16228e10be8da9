from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from ganzoo.metrics import not_digits as garbage


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize(
    "maker", [garbage.pixel_noise, garbage.smooth_noise, garbage.constant, garbage.untrained_generator]
)
def test_images_are_in_range_varied_and_of_their_own_generator(maker: Callable[..., torch.Tensor]) -> None:
    images = maker(40, generator())
    assert images.shape == (40, 1, 16, 16) and images.dtype == torch.float32
    assert -1 <= float(images.min()) <= float(images.max()) <= 1
    assert not torch.equal(images[0], images[1])
    assert torch.equal(images, maker(40, generator()))


def test_shuffled_patches_keep_their_pixels_but_not_their_places() -> None:
    digits = torch.rand(8, 1, 16, 16, generator=generator()) * 2 - 1
    shuffled = garbage.shuffled_patches(digits, generator())
    assert torch.equal(shuffled.flatten(1).sort().values, digits.flatten(1).sort().values)
    assert all(not torch.equal(a, b) for a, b in zip(digits, shuffled, strict=True))


def test_blends_are_of_different_classes_only() -> None:
    labels = torch.arange(60) % 3
    digits = labels.float().reshape(-1, 1, 1, 1).expand(-1, 1, 16, 16) - 1
    blends = garbage.blends(digits, labels, generator())
    assert 20 < len(blends) < 60
    classes = [len(image.unique()) for image in blends]
    averages = [float(image[0, 0, 0]) for image, n in zip(blends, classes, strict=True) if n == 1]
    assert max(classes) == 2 and any(value not in (-1.0, 0.0, 1.0) for value in averages)
    same = garbage.blends(digits, torch.zeros(60, dtype=torch.int64), generator())
    assert len(same) == 0


def test_a_batch_holds_nearly_as_many_as_the_digits_given() -> None:
    labels = torch.arange(128) % 10
    images = garbage.not_digits(torch.rand(128, 1, 16, 16, generator=generator()), labels, generator())
    assert len(images) == 128

"""The digits judge as it ships: what it recognises, and what it must not take for a digit."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganzoo.data.digits import digits
from ganzoo.metrics.judges import DigitsJudge, load_judge

N = 1000
SIZES = pytest.mark.parametrize("size", [8, 16, 32])


@cache
def held_out(size: int) -> tuple[Tensor, Tensor]:
    test = digits(image_size=size, split="test").first(N)
    assert len(test["x"]) == 360
    return test["x"], test["y"]


def share_accepted(images: Tensor) -> float:
    judge: DigitsJudge = load_judge("digits")
    return float((judge.probabilities(images).max(dim=1).values >= 0.9).double().mean())


def uniform_noise(size: int) -> Tensor:
    return torch.rand(N, 1, size, size) * 2 - 1


def gaussian_noise(size: int) -> Tensor:
    return (torch.randn(N, 1, size, size) * torch.linspace(0.05, 2, N)[:, None, None, None]).clamp(-1, 1)


def smooth_noise(size: int) -> Tensor:
    parts = [torch.randn(N // 5, 1, cells, cells) * 1.5 - 0.3 for cells in (2, 3, 4, 5, 6)]
    return torch.cat([F.interpolate(x, (size, size), mode="bilinear", align_corners=True) for x in parts]).clamp(-1, 1)


def constant_images(size: int) -> Tensor:
    return torch.linspace(-1, 1, N)[:, None, None, None].expand(N, 1, size, size)


def sparse_dots(size: int) -> Tensor:
    return torch.where(torch.rand(N, 1, size, size) < 0.25, 1.0, -1.0)


def averages_of_four(size: int) -> Tensor:
    images, _ = held_out(size)
    return torch.stack([images[torch.randint(len(images), (N,))] for _ in range(4)]).mean(dim=0)


def blends_of_two(size: int) -> Tensor:
    images, labels = held_out(size)
    first, second = torch.randint(len(images), (2, 2 * N))
    different = labels[first] != labels[second]
    return (images[first[different]] + images[second[different]])[:N] / 2


GARBAGE = [uniform_noise, gaussian_noise, smooth_noise, constant_images, sparse_dots, averages_of_four, blends_of_two]


class Generator(nn.Sequential):
    """A DCGAN generator as it is before training."""

    def __init__(self, size: int, *, normalise: bool, std: float | None) -> None:
        layers: list[nn.Module] = []
        inputs, outputs, now = 32, 64, 4
        while now <= size:
            last = now == size
            stride = (4, 1, 0) if now == 4 else (4, 2, 1)
            layers.append(nn.ConvTranspose2d(inputs, 1 if last else outputs, *stride))
            if not last:
                layers += [nn.BatchNorm2d(outputs)] if normalise else []
                layers += [nn.ReLU()]
            inputs, outputs, now = outputs, outputs // 2, now * 2
        super().__init__(*layers, nn.Tanh())
        for parameter in self.parameters():
            if std is not None and parameter.ndim == 4:
                nn.init.normal_(parameter, 0.0, std)


@SIZES
def test_it_recognises_digits_that_it_was_not_trained_on(size: int) -> None:
    images, labels = held_out(size)
    accuracy = (load_judge("digits").predict(images) == labels).double().mean()
    assert accuracy >= 0.97


@SIZES
def test_it_is_sure_of_real_digits(size: int) -> None:
    images, _ = held_out(size)
    assert share_accepted(images) >= 0.90


@SIZES
@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda garbage: garbage.__name__)
def test_it_is_not_sure_of_garbage(garbage: Callable[[int], Tensor], size: int) -> None:
    torch.manual_seed(0)
    images = garbage(size)
    assert len(images) == N
    assert share_accepted(images) <= 0.05


@SIZES
@pytest.mark.parametrize(("normalise", "std"), [(True, None), (True, 0.02), (False, 0.3)])
def test_it_is_not_sure_of_an_untrained_generator(size: int, normalise: bool, std: float | None) -> None:
    torch.manual_seed(0)
    generator = Generator(size, normalise=normalise, std=std)
    with torch.no_grad():
        images = torch.cat([generator.train(training)(torch.randn(N // 2, 32, 1, 1)) for training in (False, True)])
    assert images.shape == (N, 1, size, size)
    assert share_accepted(images) <= 0.05


def test_probabilities_leave_room_for_not_a_digit() -> None:
    judge = load_judge("digits")
    images, labels = held_out(16)
    probabilities = judge.probabilities(images)
    assert probabilities.shape == (360, 10)
    assert bool((probabilities >= 0).all()) and bool((probabilities.sum(dim=1) <= 1 + 1e-6).all())
    assert float(judge.probabilities(uniform_noise(16)).sum(dim=1).max()) < 0.5
    assert torch.equal(judge.accepts(images), probabilities.max(dim=1).values >= 0.9)
    assert torch.equal(probabilities.argmax(dim=1), judge.predict(images))
    assert judge.predict(images).dtype == labels.dtype


def test_colour_images_are_turned_grey() -> None:
    judge = load_judge("digits")
    images, _ = held_out(16)
    assert torch.allclose(judge.features(images.expand(-1, 3, -1, -1)), judge.features(images), atol=1e-4)

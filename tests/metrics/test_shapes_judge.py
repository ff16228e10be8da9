"""The shapes judge as it ships, on drawings of the test split and of another seed."""

from __future__ import annotations

import pytest
import torch

from ganzoo.data.shapes import shapes, unpaired
from ganzoo.errors import UnknownName
from ganzoo.metrics.judges import load_judge
from ganzoo.metrics.label_accuracy import label_accuracy

SIZES = pytest.mark.parametrize("size", [16, 32])


@SIZES
@pytest.mark.parametrize("question", ["shape", "colour"])
def test_it_recognises_shapes_and_colours(size: int, question: str) -> None:
    for seed in (0, 1):
        data = shapes(image_size=size, size=1000, split="test", seed=seed)
        predicted = load_judge("shapes").predict(data.first(1000)["x"], question)
        assert label_accuracy(predicted, data.attributes[question]) >= 0.98


@SIZES
def test_it_recognises_shapes_and_domains_of_the_unpaired_set(size: int) -> None:
    judge = load_judge("shapes")
    data = unpaired(image_size=size, size=1000, split="test")
    for domain, stream in enumerate(("a", "b")):
        images = data.first(1000, stream)["x"]
        assert label_accuracy(judge.predict(images, "shape"), data.attributes["shape"]) >= 0.97
        assert float((judge.predict(images, "domain") == domain).double().mean()) >= 0.98


def test_half_a_translation_is_in_neither_domain() -> None:
    judge = load_judge("shapes")
    data = shapes(image_size=16, size=1000, split="test")
    blue_on_dark = data.first(1000)["x"][data.attributes["colour"] == 2]
    assert float((judge.predict(blue_on_dark, "domain") == 2).double().mean()) >= 0.95


def test_answers_have_probabilities_and_questions_are_known() -> None:
    judge = load_judge("shapes")
    images = shapes(image_size=16, size=8, split="test").first(8)["x"]
    for question, answers in (("shape", 4), ("colour", 6), ("domain", 3)):
        probabilities = judge.probabilities(images, question)
        assert probabilities.shape == (8, answers)
        assert torch.allclose(probabilities.sum(dim=1), torch.ones(8), atol=1e-5)
    with pytest.raises(UnknownName, match="size") as error:
        judge.predict(images, "size")
    assert "shape, colour, domain" in str(error.value.hint)

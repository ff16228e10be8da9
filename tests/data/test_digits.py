from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from ganzoo.data.digits import digits, load
from ganzoo.errors import ConfigError


def test_the_shipped_file_is_the_original():
    counts, labels = load()
    original = load_digits()
    assert np.array_equal(counts, original.images) and np.array_equal(labels, original.target)


def test_the_split_is_fixed_stratified_and_disjoint():
    train, test, both = (digits(image_size=8, split=split) for split in ("train", "test", "all"))
    assert (train.size(), test.size(), both.size()) == (1437, 360, 1797)
    for whole, part in zip(both.spec.class_counts, test.spec.class_counts, strict=True):
        assert abs(part - whole * 360 / 1797) < 1
    rows = [{image.numpy().tobytes() for image in data.streams["x"]["x"]} for data in (train, test, both)]
    assert rows[0] | rows[1] == rows[2] and not rows[0] & rows[1]
    assert test.fingerprint() == "87d2f8ec1a083e29"


def test_class_counts_are_those_of_the_labels():
    data = digits()
    assert data.spec.class_counts == tuple(np.bincount(data.streams["x"]["y"].numpy()))
    assert data.spec.class_names == tuple("0123456789") and data.spec.num_classes == 10


def test_values_at_the_original_size():
    x = digits(image_size=8, split="all").first(1797)["x"]
    original = torch.from_numpy(load_digits().images).float()[:, None]
    assert (x - (original / 8 - 1)).abs().max() < 0.51 / 127.5


@pytest.mark.parametrize("image_size", [1, 4, 8, 13, 16, 28, 32])
def test_any_size_keeps_the_ink(image_size: int):
    small, data = digits(image_size=8), digits(image_size=image_size)
    x = data.first(100)["x"]
    assert x.shape == (100, 1, image_size, image_size) and data.spec.image_size == image_size
    ink, expected = x.mean((1, 2, 3)), small.first(100)["x"].mean((1, 2, 3))
    assert (ink - expected).abs().max() < 0.05


def test_impossible_settings_are_refused():
    with pytest.raises(ConfigError, match="image_size"):
        digits(image_size=0)
    with pytest.raises(ConfigError, match="split"):
        digits(split="validation")

from __future__ import annotations

import json

import pytest
import torch

from ganzoo.data.digits import digits
from ganzoo.errors import CompatibilityError
from ganzoo.metrics.digits_frechet import digits_frechet, digits_frechet_score
from ganzoo.metrics.judges import load_judge
from ganzoo.metrics.protocol import Score

TRAIN, TEST = (digits(image_size=16, split=split).first(2000)["x"] for split in ("train", "test"))


def test_real_digits_are_near_and_damage_moves_away_in_order() -> None:
    rng = torch.Generator().manual_seed(0)
    noise = torch.randn(TEST.shape, generator=rng)
    floor = digits_frechet(TEST, TRAIN)
    noisy, garbage = digits_frechet((TEST + 0.4 * noise).clamp(-1, 1), TRAIN), digits_frechet(noise.clamp(-1, 1), TRAIN)
    assert digits_frechet(TRAIN, TRAIN) == pytest.approx(0.0, abs=1e-6)
    assert 0 < 3 * floor < noisy < garbage


def test_a_missing_class_is_seen() -> None:
    labels = digits(image_size=16, split="test").first(2000)["y"]
    assert digits_frechet(TEST[labels != 3], TRAIN) > 1.5 * digits_frechet(TEST, TRAIN)


def test_a_score_knows_how_it_was_taken() -> None:
    score = digits_frechet_score(TEST, TRAIN, split="train", seed=5)
    assert (score.n_fake, score.n_real, score.image_size, score.seed) == (360, 1437, 16, 5)
    assert score.judge == load_judge("digits").label
    assert score.value == digits_frechet(TEST, TRAIN)
    assert Score.from_json(json.loads(json.dumps(score.to_json()))) == score


def test_scores_of_other_protocols_are_not_compared() -> None:
    first = Score(metric="m", value=3.0, n_fake=100, split="train", seed=0, image_size=(8, 16))
    assert Score.from_json(json.loads(json.dumps(first.to_json()))) == first
    assert first.difference(Score(metric="m", value=1.0, n_fake=100, split="train", seed=1, image_size=(8, 16))) == 2.0
    with pytest.raises(CompatibilityError, match=r"n_fake \(100 and 50\), split \(train and test\)"):
        first.difference(Score(metric="m", value=1.0, n_fake=50, split="test", image_size=(8, 16)))

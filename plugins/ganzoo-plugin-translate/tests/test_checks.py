from __future__ import annotations

import pytest
import torch

from ganzoo.metrics.total_variation import total_variation
from ganzoo_plugin_translate.checks import area_under_curve, histogram, unpaired, verdicts
from ganzoo_plugin_translate.paired_shapes import paired_shapes
from ganzoo_plugin_translate.pix2pix import Pix2Pix


def test_the_area_counts_pairs():
    right, wrong = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0.0, 2.0])
    assert area_under_curve(right, wrong) == pytest.approx((3 + 1 + 0.5) / 6)


def test_a_critic_that_does_not_see_the_source_cannot_tell_pairs():
    batch = paired_shapes(size=20).first(20)
    gan = Pix2Pix(source_channels=1, image_size=16, conditional=False)
    wrong = verdicts(gan, batch["x"], batch["source"].roll(1, 0))
    assert area_under_curve(verdicts(gan, batch["x"], batch["source"]), wrong) == 0.5


def test_the_histogram_counts_colours():
    image = torch.tensor([-1.0, 1.0, 1.0]).view(1, 3, 1, 1).expand(2, 3, 4, 4)
    counts = histogram(image)
    assert counts.sum() == 32 and counts[0 * 16 + 3 * 4 + 3] == 32
    assert total_variation(counts, histogram(-image)) == 1


def test_the_unpaired_baseline_sees_the_same_images():
    data = paired_shapes(size=10)
    other = unpaired(data)
    assert other.spec.streams == ("a", "b") and torch.equal(other.first(10, "b")["x"], data.first(10)["x"])
    assert torch.equal(other.first(10, "a")["x"][:, 2:], data.sources(10))

from __future__ import annotations

import pytest
import torch

from ganzoo.errors import ConfigError
from ganzoo_plugin_translate.paired_shapes import paired_shapes


def neighbours(area: torch.Tensor) -> torch.Tensor:
    """The pixels (N, H, W) of an area and all that touch them."""
    return torch.nn.functional.max_pool2d(area.float()[:, None], 3, 1, 1)[:, 0] > 0


def test_the_outline_runs_round_what_is_filled():
    data = paired_shapes(image_size=32, size=50)
    batch = data.first(50)
    assert batch["x"].shape == (50, 3, 32, 32) and batch["source"].shape == (50, 1, 32, 32)
    filled = (batch["x"] - batch["x"][:, :, :1, :1]).abs().amax(1) > 0.2
    line = batch["source"][:, 0] > 0.4
    around, within = neighbours(filled), ~neighbours(neighbours(~filled))
    assert not (line & ~around).any(), "a line lies away from its shape"
    assert not (line & within).any(), "a line runs through its shape"
    assert (line.sum((1, 2)) > 10).all() and float(batch["source"].max()) < 1


def test_the_shape_tells_the_colour_or_nothing():
    told = paired_shapes(size=400)
    assert torch.equal(told.attributes["colour"], told.attributes["shape"])
    free = paired_shapes(size=400, colour="random")
    assert torch.equal(free.first(400)["source"], told.first(400)["source"])
    counts = torch.bincount(free.attributes["shape"] * 6 + free.attributes["colour"], minlength=24)
    assert int(counts.min()) > 0
    assert not torch.equal(free.first(400)["x"], told.first(400)["x"])


def test_the_set_keeps_its_spec_and_its_items():
    data = paired_shapes(size=30)
    spec = data.spec
    assert (spec.modality, spec.channels, spec.source_channels, spec.image_size) == ("pairs", 3, 1, 16)
    again = paired_shapes(size=50).first(30)
    assert all(torch.equal(value, again[name]) for name, value in data.first(30).items())
    assert not torch.equal(again["source"], paired_shapes(size=30, split="test").first(30)["source"])
    for wrong in ({"colour": "red"}, {"split": "all"}, {"size": 0}, {"image_size": 4}):
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            paired_shapes(**wrong)

from __future__ import annotations

import math
import os
import subprocess
import sys

import pytest
import torch

from ganzoo.data import curves, gauss, grid25, ring8, shapes
from ganzoo.errors import ConfigError

SETS = [ring8.ring8, grid25.grid25, gauss.gauss, gauss.gmm2, curves.swiss_roll, curves.moons]


@pytest.mark.parametrize("make", SETS)
def test_points_are_reproducible_and_the_spec_bounds_them(make):
    data = make(size=3000)
    x = data.first(3000)["x"]
    low, high = data.spec.value_range
    assert x.shape == (3000, data.spec.features) and x.dtype == torch.float32
    assert low <= float(x.min()) < low + 0.1 and high - 0.1 < float(x.max()) <= high
    assert data.fingerprint() == make(size=3000).fingerprint() != make(size=3000, seed=1).fingerprint()
    assert torch.equal(make(size=100).first(100)["x"], x[:100])


@pytest.mark.parametrize(
    "data,centres",
    [
        (ring8.ring8(std=0.04), ring8.ring8_centres()),
        (grid25.grid25(std=0.04), grid25.grid25_centres()),
        (gauss.gmm2(std=0.04, dim=3), gauss.gmm2_centres(dim=3)),
    ],
)
def test_modes_lie_around_their_centres(data, centres):
    batch = data.first(20_000)
    offset = batch["x"] - centres[batch["y"]]
    assert abs(float(offset.std()) - 0.04) < 0.001 and float(offset.abs().max()) < 0.25
    counts = torch.tensor(data.spec.class_counts)
    assert torch.equal(counts, torch.bincount(batch["y"], minlength=len(centres)))
    expected = 20_000 / len(centres)
    assert ((counts - expected).abs() < 5 * math.sqrt(expected)).all()


def test_centres():
    assert torch.allclose(ring8.ring8_centres().norm(dim=1), torch.full((8,), 2.0))
    assert len(ring8.ring8_centres().unique(dim=0)) == 8
    assert {tuple(c) for c in grid25.grid25_centres().tolist()} == {
        (x, y) for x in range(-4, 5, 2) for y in range(-4, 5, 2)
    }


def test_decay_makes_modes_geometrically_rarer():
    counts = torch.tensor(ring8.ring8(decay=0.7).spec.class_counts).double()
    shares = 0.7 ** torch.arange(8.0).double()
    assert ((counts / 20_000) - shares / shares.sum()).abs().max() < 0.01


def test_gauss_has_its_moments_and_no_labels():
    data = gauss.gauss(dim=3, mean=2.0, std=0.5)
    batch = data.first(20_000)
    assert set(batch) == {"x"} and data.spec.num_classes is None
    assert (batch["x"].mean(0) - 2).abs().max() < 0.02
    assert (batch["x"].T.cov() - 0.25 * torch.eye(3)).abs().max() < 0.02


def test_gmm2_takes_a_share():
    assert abs(gauss.gmm2(share=0.9).spec.class_counts[0] - 18_000) < 250


def test_swiss_roll_follows_its_curve():
    data = curves.swiss_roll(std=0.0)
    x, t = data.first(20_000)["x"], data.attributes["t"]
    assert torch.allclose(x.norm(dim=1), t / 10, atol=1e-5)
    assert 1.5 * math.pi <= float(t.min()) < 4.8 and 14.1 < float(t.max()) <= 4.5 * math.pi


def test_moons_are_two_half_circles():
    batch = curves.moons(std=0.0).first(20_000)
    upper, lower = batch["x"][batch["y"] == 0], batch["x"][batch["y"] == 1]
    assert torch.allclose(upper.norm(dim=1), torch.ones(len(upper)), atol=1e-5) and float(upper[:, 1].min()) >= 0
    centred = lower - torch.tensor([1.0, 0.5])
    assert torch.allclose(centred.norm(dim=1), torch.ones(len(lower)), atol=1e-5) and float(centred[:, 1].max()) <= 0


@pytest.mark.parametrize(
    "make,settings",
    [
        (ring8.ring8, {"size": 0}),
        (ring8.ring8, {"std": -1.0}),
        (ring8.ring8, {"decay": 0.0}),
        (ring8.ring8, {"seed": -1}),
        (grid25.grid25, {"std": math.nan}),
        (gauss.gauss, {"dim": 0}),
        (gauss.gauss, {"mean": math.inf}),
        (gauss.gmm2, {"share": 1.0}),
    ],
)
def test_impossible_settings_are_refused(make, settings):
    with pytest.raises(ConfigError, match=next(iter(settings))):
        make(**settings)


def test_other_processes_generate_the_same():
    code = (
        "from ganzoo.data import curves, gauss, grid25, ring8, shapes;"
        "print(*(make(size=300).fingerprint() for make in (ring8.ring8, grid25.grid25, gauss.gauss, gauss.gmm2,"
        "curves.swiss_roll, curves.moons, shapes.shapes, shapes.unpaired)))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    here = [make(size=300).fingerprint() for make in (*SETS, shapes.shapes, shapes.unpaired)]
    assert there.stdout.split() == here

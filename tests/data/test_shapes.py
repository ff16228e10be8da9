from __future__ import annotations

import numpy as np
import pytest
import torch

from ganzoo.data.drawing import COLOURS, DARK, RADII, RGB, SHAPES, Drawings, coverage, draw_attributes, outlines, render
from ganzoo.data.shapes import shapes, unpaired
from ganzoo.errors import ConfigError


def one(shape: str, angle: float = 0.0) -> Drawings:
    """A huge red shape in the middle."""
    row = {"shape": SHAPES.index(shape), "colour": 0, "size": 3}
    centre = {"x": 0.5, "y": 0.5, "angle": angle}
    return Drawings(
        **{name: np.array([value]) for name, value in row.items()},
        **{name: np.array([value], np.float32) for name, value in centre.items()},
    )


@pytest.mark.parametrize(
    "shape,area",
    [
        ("circle", np.pi * 0.85**2),
        ("square", 2.0),
        ("triangle", 0.75 * 3**0.5),
        ("cross", 8 * 0.95 * 0.25 - 4 * 0.25**2),
    ],
)
@pytest.mark.parametrize("angle", [0.0, 0.4])
def test_a_shape_covers_its_area(shape, area, angle):
    image = render(one(shape, angle), 256, np.zeros(3, np.float32))
    share = image[0, 0].astype(float).mean() / RGB[0, 0]
    assert share == pytest.approx(area * 0.36**2, rel=0.02)


def test_edges_are_anti_aliased_and_colours_exact():
    image = render(one("circle"), 32)[0]
    assert tuple(image[:, 16, 16]) == tuple(RGB[0]) and tuple(image[:, 0, 0]) == tuple(DARK)
    assert ((image[0] > DARK[0] + 20) & (image[0] < RGB[0, 0] - 20)).sum() > 10


def test_attributes_tell_what_is_seen():
    data = shapes(image_size=32, size=400)
    x = (data.first(400)["x"] + 1) / 2
    colour = torch.from_numpy(RGB)[data.attributes["colour"]] / 255
    weight = (x - torch.from_numpy(DARK)[:, None, None] / 255).abs().sum(1)
    weight = weight / weight.sum((1, 2), keepdim=True)
    grid = (torch.arange(32) + 0.5) / 32
    assert ((weight.sum(1) * grid).sum(1) - data.attributes["x"]).abs().max() < 0.02
    assert ((weight.sum(2) * grid).sum(1) - data.attributes["y"]).abs().max() < 0.02
    brightest = weight.flatten(1).argmax(1)
    seen = x.flatten(2)[torch.arange(400), :, brightest]
    assert (seen - colour).abs().max() < 0.01


def test_shapes_are_nowhere_cut_off():
    drawings = draw_attributes(500, 0, 0)
    area = np.array([np.pi * 0.85**2, 2.0, 0.75 * 3**0.5, 8 * 0.95 * 0.25 - 4 * 0.25**2])[drawings.shape]
    seen = coverage(drawings, slice(None), 96).mean((1, 2))
    assert np.abs(seen / (area * RADII[drawings.size] ** 2) - 1).max() < 0.03


@pytest.mark.parametrize("label,classes", [("shape", 4), ("colour", 6), ("shape-colour", 24)])
def test_labels_name_attributes(label, classes):
    data = shapes(size=2000, label=label)
    y = data.first(2000)["y"]
    assert data.spec.num_classes == classes == len(data.spec.class_names)
    assert data.spec.class_counts == tuple(torch.bincount(y, minlength=classes).tolist())
    assert min(data.spec.class_counts) > 0.6 * 2000 / classes
    words = data.spec.class_names[int(y[5])].split()
    seen = {"shape": SHAPES[data.attributes["shape"][5]], "colour": COLOURS[data.attributes["colour"][5]]}
    expected = {"shape": [seen["shape"]], "colour": [seen["colour"]], "shape-colour": [seen["colour"], seen["shape"]]}
    assert words == expected[label]


def test_attributes_are_independent_and_sizes_nest():
    drawings = draw_attributes(5000, 0, 0)
    for name in ("colour", "size", "x", "angle"):
        assert abs(np.corrcoef(drawings.shape, getattr(drawings, name))[0, 1]) < 0.05
    assert torch.equal(shapes(size=50).first(50)["x"], shapes(size=80).first(50)["x"])


def test_splits_and_seeds_share_no_items():
    sets = [shapes(size=300), shapes(size=300, split="test"), shapes(size=300, seed=1)]
    images = [image.numpy().tobytes() for data in sets for image in data.streams["x"]["x"]]
    assert len(set(images)) == 900


def test_unpaired_training_domains_have_no_counterparts():
    data = unpaired(size=200)
    a, b = data.first(200, "a")["x"], data.first(200, "b")["x"]
    assert data.pairs is None and data.spec.streams == ("a", "b")
    assert (a[:, 0].amax((1, 2)) > 0.7).all() and (a.mean((1, 2, 3)) < -0.5).all()
    assert (b[:, 2].amax((1, 2)) > 0.8).all() and (b.mean((1, 2, 3)) > 0).all()
    mask_a, mask_b = a[:, 0] > 0.3, b[:, 0] < 0.1
    assert not any(torch.equal(mask_a[i], mask_b[j]) for i in range(200) for j in range(200))


def test_unpaired_test_domains_are_counterparts():
    data = unpaired(size=200, split="test")
    a, b = data.pairs
    assert a.dtype == b.dtype == torch.uint8 and len(a) == len(b) == 200
    share_a = (a[:, 0].float() - 25) / (230 - 25)
    share_b = (225 - b[:, 0].float()) / (225 - 50)
    assert (share_a - share_b).abs().max() < 0.01
    assert unpaired(size=200).fingerprint() != data.fingerprint()


def test_unpaired_readers_give_one_domain_each():
    data = unpaired(size=20)
    a, b = (data.reader(stream, batch_size=7, seed=0).next() for stream in ("a", "b"))
    assert set(a) == set(b) == {"x"} and a["x"].shape == (7, 3, 16, 16)
    assert float(a["x"].mean()) < float(b["x"].mean())


def test_impossible_settings_are_refused():
    with pytest.raises(ConfigError, match="image_size"):
        shapes(image_size=7)
    with pytest.raises(ConfigError, match="size"):
        unpaired(size=0)
    with pytest.raises(ConfigError, match="split"):
        unpaired(split="all")
    with pytest.raises(ConfigError, match="label"):
        shapes(label="size")


def test_an_outline_is_a_line_one_pixel_wide():
    line = outlines(one("circle"), slice(None), 256)[0]
    assert line.sum() == pytest.approx(2 * np.pi * 0.85 * 0.36 * 256, rel=0.01)
    assert line[128, 128] == 0 and line[0, 0] == 0 and line.max() > 0.9
    assert (line > 0).sum() < 3 * line.sum()

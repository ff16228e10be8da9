"""Pictures show what they are given: plots are rendered here, and their pixels looked at."""

import numpy
import pytest
import torch

from ganzoo import pictures
from ganzoo.core.data_spec import DataSpec
from ganzoo.errors import DataError

pytestmark = pytest.mark.usefixtures("rendered_plots")

GREY, RED = (200, 200, 200), (209, 73, 91)
CORNERS = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])


def near(image, colour, tolerance=60):
    """Where an image (H, W, 3) has about this colour."""
    return numpy.abs(numpy.asarray(image).astype(int) - colour).sum(axis=2) < tolerance


def middle(shown):
    """Of the pixels where something is, as shares of the height and the width."""
    rows, columns = numpy.nonzero(shown)
    return rows.mean() / shown.shape[0], columns.mean() / shown.shape[1]


def test_points_are_red_over_the_data_in_grey_at_their_places():
    data = CORNERS.repeat(20, 1) + 0.05 * torch.randn(80, 2, generator=torch.Generator().manual_seed(0))
    drawn = pictures.scatter(torch.tensor([[0.9, -0.9]]).repeat(50, 1) + 0.02 * data[:50], real=data)
    assert drawn.size == (600, 600) and drawn.mode == "RGB"
    row, column = middle(near(drawn, RED)[250:])  # beneath the legend
    assert row > 0.3 and column > 0.6, "the samples are low on the right"
    row, _ = middle(near(drawn, GREY, 10)[:, 50:300])
    assert abs(row - 0.5) < 0.1, "data are high and low on the left"


def test_losses_have_a_panel_for_each_player_and_a_line_for_each_name():
    lines = [{"round": i, "a/loss": float(i), "a/other": 3.0, "b/loss": -float(i), "skipped": 1} for i in range(5)]
    both, one = pictures.curves(lines), pictures.curves([{"round": i, "a/loss": float(i)} for i in range(5)])
    assert both.size == (840, 624) and one.size == (840, 312)
    blue, orange = (31, 119, 180), (255, 127, 14)
    upper, lower = numpy.asarray(both)[:312], numpy.asarray(both)[312:]
    assert near(upper, blue).any() and near(upper, orange).any()
    assert near(lower, blue).any() and not near(lower, orange).any()
    assert not near(one, orange).any()


def test_labels_of_axes_are_within_the_picture():
    lines = [{"round": i * 100_000, "a/loss": -1e-3 * i, "b/loss": -1e5 * i} for i in range(9)]
    for drawn in (pictures.curves(lines), pictures.scatter(CORNERS * -1234.5)):
        pixels = numpy.asarray(drawn)
        assert (pixels[:, :2] == 255).all() and (pixels[:, -2:] == 255).all()
        assert (pixels[:2] == 255).all() and (pixels[-2:] == 255).all()


def test_a_grid_holds_the_images_in_their_order():
    images = torch.stack([torch.full((1, 64, 64), value) for value in (-1.0, 0.0, 1.0, -1.0)])
    spec = DataSpec(name="four", modality="image", size=4, channels=1, image_size=64)
    drawn = numpy.asarray(pictures.of_samples(images, spec))
    height, width = drawn.shape[:2]
    corners = [drawn[r * height // 4, c * width // 4] for r in (1, 3) for c in (1, 3)]
    assert [int(numpy.ravel(corner)[0]) for corner in corners] == [0, 128, 255, 0]


def test_nothing_logged_has_no_curves():
    with pytest.raises(DataError, match="no losses"):
        pictures.curves([{"round": 1}])

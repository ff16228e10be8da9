"""What holds for all tests: one thread each, and no plots but where a test looks at them.

The models here are so small that threads of one process cost more than they save: four times the time of one thread, on
two cores that have something else to do. A number of threads that is set stays, and what tests start inherits it.
"""

import os

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read by torch when it is imported


@pytest.fixture(autouse=True)
def plots_are_not_rendered(request, monkeypatch):
    """A plot takes longer than training the tiny model that it shows: it is laid out, and stays a blank picture."""
    if "rendered_plots" not in request.fixturenames:
        from PIL import Image

        monkeypatch.setattr("ganzoo.pictures._drawn", lambda figure: Image.new("RGB", (8, 8)))


@pytest.fixture
def rendered_plots():
    """Plots are rendered, as they are outside of tests."""

import os

import pytest
from PIL import Image

from ganzoo import pictures

from .loopback import Hub

os.environ["HF_HUB_DISABLE_XET"] = "1"  # the client reads it once, when it is first imported


@pytest.fixture(autouse=True)
def plots_are_not_rendered(request, monkeypatch):
    """A plot takes longer than to push the model that it shows; `rendered_plots` is for tests that look at one."""
    if "rendered_plots" not in request.fixturenames:
        monkeypatch.setattr(pictures, "_drawn", lambda figure: Image.new("RGB", (8, 8)))


@pytest.fixture
def rendered_plots():
    """Pushes and runs render what they plot."""


@pytest.fixture
def hub():
    with Hub() as hub:
        yield hub


@pytest.fixture
def connected(hub, monkeypatch, tmp_path):
    """This process talks to the loopback Hub as user "me", with a cache of its own."""
    for name in ("HF_HUB_OFFLINE", "HF_TOKEN", "HF_HUB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in hub.environment(tmp_path / "hf", hub.user("me")).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hf" / "hub"))
    return hub

import os

import pytest

from .loopback import Hub

os.environ["HF_HUB_DISABLE_XET"] = "1"  # the client reads it once, when it is first imported


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

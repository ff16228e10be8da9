import pytest

from ..hub.loopback import Hub


@pytest.fixture
def hub():
    """The Hub on this machine that the tests of the Hub talk to."""
    with Hub() as hub:
        yield hub

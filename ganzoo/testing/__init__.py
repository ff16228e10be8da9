"""What the zoo and its plugins test themselves with: plain functions that take an entry and raise AssertionError.

from ganzoo.testing import CHECKS, trainable

@pytest.mark.parametrize("name", trainable("mygan"))
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_architecture(name, check, tmp_path):
    check(name, tmp_path)
"""

from ganzoo.testing.architectures import CHECKS, trainable

__all__ = ["CHECKS", "trainable"]

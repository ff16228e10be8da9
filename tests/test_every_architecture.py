import pytest

from ganzoo.testing import CHECKS, trainable


@pytest.mark.parametrize("name", trainable("ganzoo"))
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_architecture(name, check, tmp_path):
    check(name, tmp_path)

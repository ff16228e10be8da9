"""Everything the plugin registers keeps the zoo's contract."""

from __future__ import annotations

import pytest

from ganzoo.testing import CHECKS, trainable


@pytest.mark.parametrize("name", trainable("translate"))
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_architecture(name, check, tmp_path):
    check(name, tmp_path)

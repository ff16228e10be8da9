"""Everything the plugin registers keeps the zoo's contract."""

from ganzoo.testing import parametrize_with_checks


@parametrize_with_checks("biggan")
def test_conformance(check):
    check()

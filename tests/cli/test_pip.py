"""What a failure of pip means."""

from ganzoo.cli.pip import explained

TOO_OLD = """
  ValueError: invalid pyproject.toml config: `project.license`.
  configuration error: `project.license` must be valid exactly by one definition (2 matches found):
error: metadata-generation-failed
"""


def test_a_setuptools_that_is_too_old_is_named():
    error = explained(TOO_OLD, 1, "installing ganzoo-plugin-x")
    assert "older than 77" in error.message and "setuptools>=77" in error.hint

"""The conformance kit: what every plugin, and the built-in zoo, is tested with.

    from ganzoo.testing import parametrize_with_checks

    @parametrize_with_checks("mygan")
    def test_conformance(check):
        check()

`check_plugin("mygan")` does the same without pytest and returns a report; so does the command `ganzoo plugin check`.
"""

from ganzoo.testing.case import Case, iter_checks
from ganzoo.testing.marks import parametrize_with_checks
from ganzoo.testing.report import Report, Result, check_plugin
from ganzoo.testing.requirement import CheckFailed

__all__ = ["Case", "CheckFailed", "Report", "Result", "check_plugin", "iter_checks", "parametrize_with_checks"]

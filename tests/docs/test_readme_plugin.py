"""The plugin in the README keeps the zoo's contract, but for what the README says that it lacks."""

import re
import sys
from pathlib import Path

from ganzoo.cli.plugin_files import add_plugin_file
from ganzoo.core import registry
from ganzoo.testing import check_plugin

README = Path(__file__).parents[2] / "README.md"


def test_the_plugin_in_the_readme_lacks_a_behavioural_check_and_nothing_else(tmp_path, monkeypatch):
    for name, value in (("_zoo", None), ("_added", {}), ("_warned", set())):
        monkeypatch.setattr(registry, name, value)
    source = re.search(r"<!-- file: (mygan\.py) -->\n```python\n(.*?)^```", README.read_text("utf-8"), re.M | re.S)
    (tmp_path / source[1]).write_text(source[2], encoding="utf-8")
    monkeypatch.setattr("ganzoo.cli.plugin_files._added", [])
    monkeypatch.setitem(sys.modules, "mygan", None)  # so that it is taken out again
    del sys.modules["mygan"]
    add_plugin_file(str(tmp_path / source[1]))
    report = check_plugin("local")
    assert [result.check for result in report.results if result.bad] == ["check_is_there"], report.text

"""What plugins there are in a process of its own, which sees what was installed a moment ago, and may hang or die."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import ganzoo
from ganzoo.errors import InstallError

LONGEST_SECONDS = 60
# The folder of ganzoo goes last on the path: where it is installed, it is there already.
LOOK = """
import json, sys
sys.path.append(sys.argv[1])
from ganzoo.cli.plugin_facts import facts_of
from ganzoo.core import registry
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump([facts_of(status) for status in registry.plugins()], file)
"""


def look_afresh(what: str) -> list[dict[str, Any]]:
    """The facts (`facts_of`) about every plugin.

    Args:
        what: was installed a moment ago, for the error.

    Raises: InstallError if a plugin lets nothing be seen.
    """
    hint = f"ganzoo plugin uninstall {what.partition(',')[0]} removes it without importing it"
    root = str(Path(ganzoo.__file__).parents[1])
    environment = {name: value for name, value in os.environ.items() if name != "GANZOO_STRICT"}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plugins.json"
        command = [sys.executable, "-P", "-c", LOOK, root, str(file)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, env=environment, timeout=LONGEST_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise InstallError(f"{what} is installed, but loading plugins comes to no end", hint=hint) from None
        if done.returncode or not file.is_file():
            last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
            raise InstallError(f"{what} is installed, but loading plugins ends the process: {last[0]}", hint=hint)
        return list(json.loads(file.read_text(encoding="utf-8")))

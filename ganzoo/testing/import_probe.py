"""Which heavy package a module imports first, and from which line, found in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

from ganzoo.core.heavy_imports import HEAVY
from ganzoo.testing.requirement import CheckFailed

# Stops at the first heavy import: the last line of the module's own package on the stack is the one to blame.
PROBE = """
import importlib, os, sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in HEAVY:
            return None
        frame, lines = sys._getframe(1), []
        while frame is not None:
            if not frame.f_code.co_filename.startswith("<"):
                lines.append((frame.f_globals.get("__name__", ""), frame.f_code.co_filename, frame.f_lineno))
            frame = frame.f_back
        own = [line for line in lines if line[0].partition(".")[0] == ROOT] or lines
        print(f"\\n{name.partition('.')[0]} (line {own[0][2]} of {own[0][0]})", flush=True)
        os._exit(3)

sys.meta_path.insert(0, Watch())
importlib.import_module(MODULE)
"""


def first_heavy_import(module: str) -> str:
    """ "torch (line 3 of mygan.plugin)", or "" if importing the module costs nothing heavy.

    Raises: CheckFailed if it cannot be imported in a process of its own.
    """
    module = module.partition(":")[0]
    root = module.partition(".")[0]
    code = f"HEAVY, ROOT, MODULE = {sorted(HEAVY)!r}, {root!r}, {module!r}\n{PROBE}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    if done.returncode == 3:
        return done.stdout.strip().splitlines()[-1]
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise CheckFailed(
            f"importing {module} in a fresh process fails: {last[0]}", mend="run it: python -c 'import " + module + "'"
        )
    return ""

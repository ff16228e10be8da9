"""Fresh processes that need not import torch again: each is forked from one that has it, and nothing of ganzoo.

Importing torch, and what its optimisers import, takes as long as training a small model for a few hundred rounds. What
is run here finds neither ganzoo nor plugins imported, has the environment, the folder and the arguments that it was
given and no others, and ends as any process does.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

IMPORTED = ("torch", "torch._dynamo", "torch.utils.data", "numpy", "PIL.Image", "matplotlib.backends.backend_agg")
OUTPUTS = ("stdout", "stderr")

# Children leave the loop, and end as the interpreter does: with a traceback, an exit status, and what is due at exit.
PARENT = f"""
import importlib, json, os, sys
for name in {IMPORTED!r}:
    importlib.import_module(name)
import torch
for line in sys.stdin:
    job = json.loads(line)
    if "wait" in job:
        pid, status = os.waitpid(job["wait"], 0 if job["block"] else os.WNOHANG)
        print(json.dumps(os.waitstatus_to_exitcode(status) if pid else None), flush=True)
        continue
    sys.stdout.flush()
    if child := os.fork():
        print(child, flush=True)
        continue
    for number, file in enumerate((os.devnull, job["stdout"], job["stderr"])):
        os.dup2(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND), number)
    sys.stdin = open(0, closefd=False)
    os.chdir(job["folder"])
    os.environ.clear()
    os.environ.update(job["environment"])
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 1)))
    paths = [os.path.abspath(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:1] = ["", *paths]
    break
else:
    os._exit(0)
if job["module"]:
    import runpy
    sys.argv = sys.orig_argv = [job["module"], *job["arguments"]]
    runpy.run_module(job["module"], run_name="__main__", alter_sys=True)
else:
    sys.argv = ["-c", *job["arguments"]]
    exec(compile(job["code"], "<string>", "exec"), {{"__name__": "__main__"}})
"""


class Process:
    """One that has been started: what the tests need of subprocess.Popen.

    `returncode` is minus the number of the signal that has ended it, if one has; `stdout` and `stderr` come with it.
    """

    def __init__(self, pid: int, output: tempfile.TemporaryDirectory[str]) -> None:
        self.pid, self._output = pid, output
        self.returncode: int | None = None
        self.stdout = self.stderr = ""

    def poll(self, *, block: bool = False) -> int | None:
        if self.returncode is None and (status := _ask({"wait": self.pid, "block": block})) is not None:
            self.returncode = status
            self.stdout, self.stderr = (Path(self._output.name, name).read_text("utf-8") for name in OUTPUTS)
            self._output.cleanup()
        return self.returncode

    def wait(self) -> int | None:
        return self.poll(block=True)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def start(
    *arguments: object,
    code: str = "",
    module: str = "",
    cwd: Path | str | None = None,
    env: Mapping[str, str] | None = None,
) -> Process:
    """Start `python -c code arguments` or `python -m module arguments`."""
    output = tempfile.TemporaryDirectory()
    job = {
        "code": code,
        "module": module,
        "arguments": [str(argument) for argument in arguments],
        "folder": str(cwd or os.getcwd()),
        "environment": dict(os.environ if env is None else env),
        **{stream: str(Path(output.name, stream)) for stream in OUTPUTS},
    }
    return Process(_ask(job), output)


def run(*arguments: object, **given: Any) -> subprocess.CompletedProcess[str]:
    """As `start`, and what came of it."""
    process = start(*arguments, **given)
    return subprocess.CompletedProcess(arguments, process.wait(), process.stdout, process.stderr)


@functools.cache
def _parent() -> subprocess.Popen[str]:
    """Without the paths of this process: each child is given its own."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**environment, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    atexit.register(parent.communicate)
    return parent


def _ask(question: dict[str, object]) -> Any:
    parent = _parent()
    parent.stdin.write(json.dumps(question) + "\n")
    parent.stdin.flush()
    return json.loads(parent.stdout.readline())

"""Runs pages from top to bottom, as a reader with a folder of their own, one terminal and one Python session would.

Usage: python play_page.py JOBS.json, a list of {"page", "folder", "environment", "report"}. Each page has a process of
its own, forked from one that has imported what takes long; its exit status, and what it wrote, go into the report.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
import traceback
from pathlib import Path
from typing import Any

from blocks import DATA, Block, blocks_of


def play(page: Path) -> None:
    """Run every block that is to be run. Raises: whatever a block raises, and AssertionError for other output."""
    session: dict[str, object] = {"__name__": "__main__"}
    printed = ""
    for block in blocks_of(page.read_text(encoding="utf-8")):
        if block.left_out:
            continue
        where = f"{page}:{block.line}"
        if block.file:
            Path(block.file).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file).write_text(block.code, encoding="utf-8")
            forget_modules_here()
        elif block.language == "text":
            assert as_pattern(block.code).fullmatch(printed.strip()), f"{where}: printed was\n{printed}"
        elif block.language not in DATA:
            with contextlib.redirect_stdout(io.StringIO()) as output:
                try:
                    run(block, session, str(page))
                except BaseException:
                    print(f"{where} has failed; it printed\n{output.getvalue()}", file=sys.stderr)
                    raise
            printed = output.getvalue()


def as_pattern(expected: str) -> re.Pattern[str]:
    """Text in which "..." stands for anything, and runs of blanks for one another."""
    parts = [r"\s+".join(map(re.escape, part.split())) for part in expected.split("...")]
    return re.compile(r"\s*.*\s*".join(parts), re.DOTALL)


def run(block: Block, session: dict[str, object], page: str) -> None:
    if block.language == "python":
        # Empty lines before the code make tracebacks name the line of the page.
        exec(compile("\n" * (block.line - 1) + block.code, page, "exec"), session)
    else:
        for command in block.commands:
            run_command(shlex.split(command))


def run_command(words: list[str]) -> None:
    match words:
        case ["cd", folder]:
            os.chdir(Path(folder).expanduser())
        case ["python", "-m", "pip", "install", "--editable", what]:
            install_editable(Path(what.split("[")[0]))
        case ["python", *arguments]:
            done = subprocess.run([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
            print(done.stdout)
            assert done.returncode == 0, done.stdout
        case ["ganzoo", *arguments]:
            from ganzoo.cli.main import main

            sys.argv = ["ganzoo", *arguments]
            try:
                main()
            except SystemExit as exit:
                assert not exit.code, f"{shlex.join(words)} exits with {exit.code}"
        case _:
            raise AssertionError(f"nobody knows here how to run {shlex.join(words)}")


def forget_modules_here() -> None:
    """What was imported from the current folder is imported anew, as it would be by the next command of a reader."""
    here = f"{Path.cwd()}{os.sep}"
    known = [name for name, module in sys.modules.items() if (getattr(module, "__file__", None) or "").startswith(here)]
    for name in known:
        del sys.modules[name]
    if known:
        import ganzoo

        ganzoo.refresh()


def install_editable(folder: Path) -> None:
    """What pip leaves behind, without the network that its build needs; the scaffold's own test runs pip."""
    import ganzoo

    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    site = Path(f"site-{project['name']}").resolve()
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    points = "".join(f"{name} = {module}\n" for name, module in project["entry-points"]["ganzoo"].items())
    (info / "entry_points.txt").write_text(f"[ganzoo]\n{points}", encoding="utf-8")
    added = [str(site), str(folder.resolve())]
    sys.path[:0] = added
    os.environ["PYTHONPATH"] = os.pathsep.join([*added, os.environ["PYTHONPATH"]])
    ganzoo.refresh()


def play_apart(job: dict[str, Any]) -> None:
    """Play a page in a forked process."""
    child = os.fork()
    if child:
        _, status, used = os.wait4(child, 0)
        seconds = round(used.ru_utime + used.ru_stime, 1)
        Path(job["report"]).write_text(json.dumps({"status": status, "seconds": seconds}), encoding="utf-8")
        return
    status = 1
    try:
        log = os.open(f"{job['report']}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.chdir(job["folder"])
        os.environ.update(job["environment"])
        play(Path(job["page"]))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def warm_up() -> None:
    """Import what pages need, and nothing that reads the environment; no tensor is touched before the fork."""
    for module in ("ganzoo.training.loop", "ganzoo.data.loading", "ganzoo.pictures", "ganzoo.testing", "torch._dynamo"):
        importlib.import_module(module)


if __name__ == "__main__":
    warm_up()
    for job in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        play_apart(job)

"""Every code block of the README and of the pages runs as it stands, or says why it does not."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import ganzoo

from ..hub.loopback import Hub
from .blocks import DATA, FENCED, RUN, Block, blocks_of, meaning

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXTS = {str(page.relative_to(ROOT)): page.read_text(encoding="utf-8") for page in PAGES}
RUNNABLE = [name for name, text in TEXTS.items() if any(b.language in RUN and not b.left_out for b in blocks_of(text))]
READ = {"json": json.loads, "toml": tomllib.loads, "yaml": yaml.safe_load}


WRONG = {
    "```python\n1 / 0\n```\n": "ZeroDivisionError",
    "```sh\nganzoo info no-such-gan\n```\n": "exits with 2",
    "```python\nprint('one')\n```\n\n```text\ntwo\n```\n": "printed was",
    "```sh\nrm -r somewhere\n```\n": "nobody knows here",
}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """What came of each page, by its text: exit status, and what it printed where it failed."""
    jobs = {}
    environment = {"PYTHONPATH": str(ROOT), "GANZOO_PLUGINS": "ganzoo-plugin-symmetric", "OMP_NUM_THREADS": "1"}
    with contextlib.ExitStack() as hubs:
        for text in (*(TEXTS[page] for page in RUNNABLE), *WRONG):
            place = tmp_path_factory.mktemp("page")
            (place / "reader").mkdir()
            (place / "page.md").write_text(text, encoding="utf-8")
            hub = hubs.enter_context(Hub())
            jobs[text] = {
                "page": str(place / "page.md"),
                "folder": str(place / "reader"),
                "environment": {**environment, **hub.environment(place / "hf", hub.user("me"))},
                "report": str(place / "report.json"),
            }
        todo = tmp_path_factory.mktemp("pages") / "jobs.json"
        todo.write_text(json.dumps(list(jobs.values())), encoding="utf-8")
        player = Path(__file__).with_name("play_page.py")
        subprocess.run([sys.executable, player, todo], env={**os.environ, **environment}, check=True)
    return {text: Path(job["report"]) for text, job in jobs.items()}


def outcome(report):
    return json.loads(report.read_text(encoding="utf-8"))["status"], Path(f"{report}.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", RUNNABLE)
def test_the_page_runs_from_top_to_bottom(page, played):
    status, said = outcome(played[TEXTS[page]])
    assert status == 0, said


@pytest.mark.parametrize("text", WRONG)
def test_a_page_that_is_wrong_is_noticed(text, played):
    status, said = outcome(played[text])
    assert status != 0 and WRONG[text] in said


@pytest.mark.parametrize("page", TEXTS)
def test_no_block_is_of_a_kind_that_nothing_runs_or_reads(page):
    text = TEXTS[page]
    assert len(re.findall(r"^\s*(```|~~~)", text, re.MULTILINE)) == 2 * len(FENCED.findall(text))
    for block in blocks_of(text):
        assert block.language in (*RUN, *DATA, "text"), f"{page}:{block.line}"
        if block.language in DATA and not block.left_out:
            READ[block.language](block.code)
        for word in block.words:
            assert word in block.code, f"{page}:{block.line}: no command has {word!r}"


@pytest.mark.parametrize("page", TEXTS)
def test_links_and_pictures_lead_to_files(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", TEXTS[page])):
        if not target.startswith(("http", "#")):
            assert ((ROOT / page).parent / target.split("#")[0]).exists(), target


@pytest.mark.parametrize("name", sorted({*ganzoo.__all__} - {"__version__", "entries", "errors"}))
def test_every_public_name_is_in_the_reference(name):
    assert f":: ganzoo.{name}\n" in TEXTS["docs/reference/api.md"]


def test_everywhere_one_command_installs_plugins():
    """`ganzoo plugin install` leaves ganzoo and torch as they are; pip alone need not."""
    told = [ROOT / "README.md", *(f for part in ("docs", "ganzoo", "plugins") for f in (ROOT / part).rglob("*.*"))]
    for file in told:
        if file.suffix in (".md", ".py", ".template"):
            assert not re.search(r"pip install[^\n]* ganzoo-plugin-", file.read_text(encoding="utf-8")), file


def test_marks_are_understood():
    mark = '<!-- not run "push", "pull": they need a network -->'
    (block,) = blocks_of(f"{mark}\n```sh\nganzoo pull a/b\nganzoo list  # all\n```\n")
    assert block.commands == ["ganzoo list"] and block.reason == "they need a network" and not block.left_out
    assert Block("sh", "", 1, **meaning("not run: minutes")).left_out
    with pytest.raises(ValueError, match="says nothing"):
        meaning("not run")

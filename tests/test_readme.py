"""The README's blocks run as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL) if README.exists() else []
PYTHON = [block for language, block in BLOCKS if language == "python" and "ganzoo_entries" not in block]
PLUGIN = next(block for language, block in BLOCKS if language == "python" and "ganzoo_entries" in block)
# Checks and published models take minutes, and the Hub a network; they have tests of their own.
NEED_MORE = r" verify | search | pull |--private| hub_cards/"
COMMANDS = [
    line.split("#")[0].strip()
    for language, block in BLOCKS
    if language == "sh"
    for line in block.splitlines()
    if line.startswith("ganzoo ") and not re.search(NEED_MORE, line)
]


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT), "GANZOO_PLUGINS": "", "OMP_NUM_THREADS": "1"}


def test_the_python_blocks(tmp_path):
    code = "\n".join(PYTHON)
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment(), check=True)


def test_the_commands_one_after_the_other(tmp_path):
    (tmp_path / "mygan.py").write_text(PLUGIN)
    assert len(COMMANDS) >= 9
    for command in COMMANDS:
        done = subprocess.run(
            [sys.executable, "-m", *command.split()], cwd=tmp_path, env=environment(), capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
    for made in ("samples.png", "walk.png", "runs/ring/model/model.safetensors", "runs/centred/model/config.json"):
        assert (tmp_path / made).is_file(), made


@pytest.mark.parametrize("file", re.findall(r"\]\(([^)h#][^)]*)\)", README.read_text(encoding="utf-8")))
def test_links_lead_somewhere(file):
    assert (ROOT / file).exists()

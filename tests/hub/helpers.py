"""Small models to push, and a fresh process to load them in."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import torch

from ganzoo.gan import GAN
from ganzoo.testing.tiny import build_tiny

from .. import processes

REPORT = """
import hashlib, json, sys
import ganzoo
from ganzoo.testing.tiny import build_tiny, some_samples
found = {}
for source, name in json.loads(sys.argv[1]).items():
    gan = ganzoo.load(source)
    samples = some_samples(gan, build_tiny(name)[1] if gan.translates else None, 5, seed=3)
    found[source] = hashlib.sha256(samples.numpy().tobytes()).hexdigest()
print(json.dumps(found))
"""


def tiny(name: str = "gan", seed: int = 0) -> GAN:
    gan, data = build_tiny(name, seed=seed)
    gan.data = data.spec
    return gan.eval()


def digests_in_a_fresh_process(sources: dict[str, str], environment: dict[str, str]) -> dict[str, str]:
    """Model -> name of its architecture; returns model -> hash of its samples."""
    # Sums of another number of threads differ in their last bits.
    threads = {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    done = processes.run(json.dumps(sources), code=REPORT, env={**os.environ, **threads, **environment})
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def everything_under(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*")}


def command_of(card: str) -> list[str]:
    """The words of the command on a card, as a shell takes them."""
    (block,) = re.findall(r"```shell\n(ganzoo train.*?)\n```", card, re.DOTALL)
    assert all(len(line) <= 120 for line in block.splitlines())
    return words_of(block)


def words_of(block: str) -> list[str]:
    """What a shell makes of `ganzoo ...`."""
    script = f"ganzoo() {{ printf '%s\\0' \"$@\"; }}\n{block}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split("\0")[:-1]

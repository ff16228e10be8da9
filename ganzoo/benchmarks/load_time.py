"""What loading a model costs: seconds against the least that any loader does, and memory against the size of the file.

The model of the first is pinned in a cache of its own, so nothing is asked of anybody. The floor imports torch and the
model's module, reads the config, maps the weights, builds, and copies. Fresh processes, in turn.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 11
COMMIT = "0" * 40
FLOOR = """
import json, sys
from pathlib import Path
import torch
from safetensors.torch import load_file
from ganzoo.zoo.dcgan import DCGAN
directory = Path(sys.argv[1])
config = json.loads((directory / "config.json").read_text())
gan = DCGAN(**config["architecture"]["config"]).eval()
gan.load_state_dict(load_file(directory / "model.safetensors"), strict=False)
"""
OURS = "import sys, ganzoo; ganzoo.load(sys.argv[1])"
MEMORY = """
import sys, torch
def anonymous():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))
before = anonymous()
import ganzoo
gan = ganzoo.load(sys.argv[1])
print(anonymous() - before)
"""


def seconds(code: str, argument: str, environment: dict[str, str]) -> float:
    """Wall time of a fresh process."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, argument], check=True, env=environment)
    return time.perf_counter() - started


def pinned(cache: Path) -> Path:
    """The bundled DCGAN as a verified commit of a repository; returns where its files are."""
    from ganzoo.hub.bundled import directory_of
    from ganzoo.hub.pins import Pin
    from ganzoo.model_directory import sha256

    pin = Pin(cache, "bench/dcgan", COMMIT)
    pin.directory.mkdir(parents=True)
    for name in ("config.json", "model.safetensors"):
        shutil.copy(directory_of("dcgan-digits") / name, pin.directory / name)
        pin.files[name] = sha256(pin.directory / name)
    pin.keep()
    return pin.directory


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        directory = pinned(Path(temporary) / "hub")
        environment = {**os.environ, "HF_HUB_CACHE": str(Path(temporary) / "hub"), "OMP_NUM_THREADS": "1"}
        ours, floor = [], []
        for _ in range(ROUNDS):
            floor.append(seconds(FLOOR, str(directory), environment))
            ours.append(seconds(OURS, f"bench/dcgan@{COMMIT}", environment))
        ratio = statistics.median(o / f for o, f in zip(ours, floor, strict=True))
        print(f"load   {statistics.median(ours):.2f} s, floor {statistics.median(floor):.2f} s, ratio {ratio:.2f}")
        print(memory(Path(temporary) / "large"))


def memory(directory: Path) -> str:
    """Growth of anonymous memory while a model of some 500 MB is loaded; on Linux."""
    import ganzoo

    ganzoo.create("gan", features=2, width=8000, depth=3, discriminator_width=8, seed=0).save_pretrained(directory)
    size = (directory / "model.safetensors").stat().st_size
    done = subprocess.run([sys.executable, "-c", MEMORY, str(directory)], check=True, capture_output=True, text=True)
    return f"memory {int(done.stdout) / size:.2f} times the {size / 1e6:.0f} MB of the file"


if __name__ == "__main__":
    main()

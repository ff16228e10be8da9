"""What loading a model costs: time against the least that any loader does, and memory against the size of the file.

The model of the first is pinned in a cache of its own, so nothing is asked of anybody. The floor imports torch and the
model's module, reads the config, maps the weights, builds, and copies. Fresh processes in turn, each loader going first
in half of the rounds; the ratio is the median of the rounds' own. The processor's time hardly feels what else runs.
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

ROUNDS = 10
MOST, MOST_MEMORY = 1.15, 1.2
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
IMPORTED = f"""
import sys, torch
before = set(sys.modules)
{OURS}
print(*sorted({{"huggingface_hub", "torchvision", "sympy", "torch._dynamo"}} & (set(sys.modules) - before)))
"""
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


def seconds(code: str, argument: str, environment: dict[str, str]) -> tuple[float, float]:
    """Wall and processor time of a fresh process."""
    before, started = os.times(), time.perf_counter()
    subprocess.run([sys.executable, "-c", code, argument], check=True, env=environment)
    wall, after = time.perf_counter() - started, os.times()
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


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


def times(directory: Path, cache: Path) -> list[str]:
    """Wall and processor time of loading, each against the floor's."""
    environment = {**os.environ, "HF_HUB_CACHE": str(cache), "OMP_NUM_THREADS": "1"}
    loaders = [(FLOOR, str(directory)), (OURS, f"bench/dcgan@{COMMIT}")]
    rounds = []
    for index in range(ROUNDS + 1):
        order = (0, 1) if index % 2 else (1, 0)
        taken = {which: seconds(*loaders[which], environment) for which in order}
        if index:  # the first fills the caches of files
            rounds.append(taken)
    lines = []
    for kind, label in ((0, "wall"), (1, "processor")):
        ours, floor = ([taken[which][kind] for taken in rounds] for which in (1, 0))
        ratio = statistics.median(o / f for o, f in zip(ours, floor, strict=True))
        lines.append(
            f"{label:<10} load {statistics.median(ours):.2f} s, floor {statistics.median(floor):.2f} s, "
            f"ratio {ratio:.2f} (at most {MOST})"
        )
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, loaders[1][1]], env=environment, capture_output=True, text=True
    )
    return [*lines, f"imported   {done.stdout.strip() or 'no Hub client, no torchvision, no tracer'}"]


def memory(directory: Path) -> str:
    """Growth of anonymous memory while a model of some 500 MB is loaded; on Linux."""
    import ganzoo

    ganzoo.create("gan", features=2, width=8000, depth=3, discriminator_width=8, seed=0).save_pretrained(directory)
    size = (directory / "model.safetensors").stat().st_size
    done = subprocess.run([sys.executable, "-c", MEMORY, str(directory)], check=True, capture_output=True, text=True)
    ratio = int(done.stdout) / size
    return f"memory     {ratio:.2f} times the {size / 1e6:.0f} MB of the file (less than {MOST_MEMORY})"


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        cache = Path(temporary) / "hub"
        for line in times(pinned(cache), cache):
            print(line)
        print(memory(Path(temporary) / "large"))


if __name__ == "__main__":
    main()

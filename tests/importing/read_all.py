"""Reads every file of a folder in this process: what became of each, and how the memory grew. For a child process."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import torch  # before memory is measured

from ganzoo.errors import UntrustedFile
from ganzoo.importing.reading import read


def peak() -> int:
    """The most memory that the process ever had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    for file in sorted(folder.iterdir()):
        before, start = peak(), time.process_time()
        try:
            read(file)
            outcome = "read"
        except UntrustedFile as error:
            outcome = f"UntrustedFile: {error.message}"
        except BaseException as error:
            outcome = f"{type(error).__name__}: {error}"
        print(json.dumps([file.name, outcome, peak() - before, time.process_time() - start]), flush=True)
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

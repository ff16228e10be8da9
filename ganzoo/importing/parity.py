"""`python -m ganzoo.importing.parity FOLDER`: imported networks compared with what the original ones returned.

FOLDER/NAME/expected.pt is {"meta", "cases": [{"name", "checkpoint", "entry", "mode", "inputs", "kwargs", "outputs",
"rtol", "atol"}]} with paths relative to FOLDER/NAME. Each case goes the whole way: recognise the file, convert it,
write a model directory, load that, and compute the outputs. What is compared is the largest difference over the
standard deviation of the original's output: at most 1e-4, or 5e-2 where the case was computed in half precision.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganzoo import model_directory
from ganzoo.errors import GanzooError, UntrustedFile
from ganzoo.importing.conversion import find_importer, load_importer, write
from ganzoo.importing.conversion import run as run_importer
from ganzoo.importing.importer import Imported, Importer
from ganzoo.importing.source import Source

FULL, HALF = 1e-4, 5e-2
HALVES = ("bf16", "bfloat16", "fp16", "float16")
DISCRIMINATORS = {"d", "discriminator", "disc"}


@dataclass(frozen=True)
class Result:
    """One output of one case: how far it is off, in standard deviations, and how far it may be."""

    case: str
    output: str
    difference: float
    limit: float
    cause: str = ""

    @property
    def passed(self) -> bool:
        return self.difference <= self.limit  # NaN is not

    def __str__(self) -> str:
        verdict, limit = "ok  " if self.passed else "FAIL", f"limit {self.limit:.0e}"
        return f"{verdict} {self.difference:9.2e} ({limit})  {self.case} {self.output} {self.cause}".rstrip()


def run(folder: Path) -> Iterator[Result]:
    """The results of all cases below a folder. Raises: UntrustedFile if it holds none."""
    files = sorted(folder.glob("*/expected.pt")) or sorted(folder.glob("expected.pt"))
    if not files:
        raise UntrustedFile(f"{folder} holds no NAME/expected.pt")
    for file in files:
        converted: dict[tuple[str, str | None], tuple[Importer, Imported] | Exception] = {}
        for case in Source(file).content["cases"]:
            key = (case["checkpoint"], _sampled(case["entry"]))
            if key not in converted:
                converted[key] = _through_a_directory(file.parent / key[0], key[1])
            yield from _results(f"{file.parent.name}: {case['name']}", case, converted[key])


def _sampled(entry: str | None) -> str | None:
    """The network to sample from for a case's entry: a discriminator's case takes the usual one."""
    return None if entry is None or stem(entry).lower() in DISCRIMINATORS else stem(entry)


def stem(entry: str) -> str:
    """An entry without the suffix of a file: "G_ema.pth" is "G_ema"."""
    return entry.removesuffix(".pth").removesuffix(".pt").removesuffix(".bin")


def _through_a_directory(path: Path, entry: str | None) -> tuple[Importer, Imported] | Exception:
    """The importer, and what was imported as it is after saving and loading; or why that failed."""
    try:
        source = _opened(path)
        found = find_importer(source)
        importer = load_importer(found)
        imported = run_importer(found, source, entry)
        with tempfile.TemporaryDirectory() as folder:
            write(source, found, imported, Path(folder))
            sampler = model_directory.load(folder)
            live = model_directory.load(folder, training=True) if imported.live is not None else None
        return importer, dataclasses.replace(imported, sampler=sampler, live=live)
    except Exception as error:  # a report of all cases tells more than the first failure
        if not isinstance(error, GanzooError):
            traceback.print_exc()
        return error


def _opened(path: Path) -> Source:
    """The source whole, or without the networks that hold something unknown: cases are of what can be read."""
    source = Source(path)
    if source.is_folder:
        return source
    try:
        _ = source.contents
    except UntrustedFile:
        return Source(path, partly=True)
    return source


def _results(name: str, case: dict[str, Any], converted: tuple[Importer, Imported] | Exception) -> Iterator[Result]:
    limit = limit_of(case)
    try:
        if isinstance(converted, Exception):
            raise converted
        importer, imported = converted
        entry = stem(case["entry"] or "")
        with torch.no_grad():
            found = importer.outputs(imported, entry, dict(case["inputs"]), dict(case["kwargs"]))
    except Exception as error:
        if not isinstance(error, GanzooError) and not isinstance(converted, Exception):
            traceback.print_exc()
        yield Result(name, "", float("inf"), limit, f"{type(error).__name__}: {str(error).splitlines()[0]:.300}")
        return
    for output, expected in case["outputs"].items():
        if output not in found:
            yield Result(name, output, float("inf"), limit, "the importer gives no such output")
        else:
            yield Result(name, output, *difference(found[output], expected), limit=limit)


def difference(found: Tensor, expected: Tensor) -> tuple[float]:
    """The largest difference in standard deviations of what was expected; infinite where the shapes differ."""
    if found.shape != expected.shape:
        return (float("inf"),)
    found, expected = found.double(), expected.double()
    spread = expected.std() if expected.numel() > 1 else expected.abs().max()
    return (float((found - expected).abs().max() / spread.clamp(min=1e-12)),)


def limit_of(case: dict[str, Any]) -> float:
    """How far a case may be off: it says where it was computed in half precision."""
    said = " ".join(map(str, (case["name"], case.get("mode"), *case["kwargs"].values()))).lower()
    return HALF if any(half in said for half in HALVES) or float(case.get("rtol") or 0) > 1e-3 else FULL


def main() -> None:
    """Print every case; exit 1 if one is beyond its limit."""
    if len(sys.argv) != 2:
        print("usage: python -m ganzoo.importing.parity FOLDER", file=sys.stderr)
        sys.exit(2)
    results = []
    for result in run(Path(sys.argv[1])):
        print(result, flush=True)
        results.append(result)
    failed = sum(not result.passed for result in results)
    print(f"{len(results)} outputs compared, {failed} beyond their limit")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

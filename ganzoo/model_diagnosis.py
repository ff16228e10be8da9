"""What a model directory needs, and whether it would load here: told without building it. No torch is imported."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ganzoo.core.entries import Architecture
from ganzoo.core.registered import Registered
from ganzoo.errors import GanzooError
from ganzoo.files import sha256
from ganzoo.model_config import CONFIG, MODEL, TRAINING, read_config
from ganzoo.saved_architecture import check_versions, find_architecture, same_distribution, written_by
from ganzoo.tensor_header import read_table

T = TypeVar("T")
AGAIN = "fetch or save the model again"


@dataclass(frozen=True)
class Problem:
    """Why loading would fail; `of` is the file concerned, and training.safetensors concerns training=True alone."""

    of: str
    message: str
    hint: str | None


@dataclass
class Diagnosis:
    """What is known of a model directory.

    Attributes:
        model: the directory.
        format, architecture, revision, settings, data: as its config.json says; None where that cannot be read.
        written_by, requires: distribution and version that saved it, and the versions it asks for.
        installed: name, revision, distribution, version and `migrate` of what would load it; None if nothing would.
        files: per file of weights its bytes, its tensors, their numbers and types, and whether its hash agrees.
        notes: what does not keep it from loading, and is worth knowing.
        problems: what does.
    """

    model: str
    format: int | None = None
    architecture: str | None = None
    revision: int | None = None
    settings: dict[str, Any] | None = None
    data: str | None = None
    written_by: str = ""
    requires: str = ""
    installed: dict[str, Any] | None = None
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def loads(self) -> bool:
        """Whether nothing was found that would keep it from being loaded and sampled."""
        return all(problem.of == TRAINING for problem in self.problems)

    def to_json(self) -> dict[str, Any]:
        trains = TRAINING in self.files and not self.problems
        return {"loads": self.loads, "loads_training": trains, **asdict(self)}

    def attempt(self, of: str, step: Callable[[], T]) -> T | None:
        """What a step gives; if it raises, that is a problem, and None."""
        try:
            return step()
        except GanzooError as error:
            self.problems.append(Problem(of, error.message, error.hint))
            return None


def diagnose(directory: Path) -> Diagnosis:
    """Look at everything that a load looks at, but for the network itself."""
    found = Diagnosis(str(directory))
    config = found.attempt(CONFIG, lambda: read_config(directory))
    if config is None:
        return found
    architecture, provider = config["architecture"], config["provider"]
    found.format, found.architecture = config["ganzoo"]["format"], architecture["name"]
    found.revision, found.settings = architecture["revision"], architecture["config"]
    found.data = str((config["data"] or {}).get("name") or "") or None
    found.written_by = f"{provider.get('distribution', '')} {provider.get('version', '')}".strip()
    found.requires = provider.get("requires", "")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # what is deprecated is among the notes
        entry = found.attempt(CONFIG, lambda: find_architecture(config))
    if entry is not None:
        _compare(found, config, entry, directory)
    _look_at(found, MODEL, config, directory)
    if (directory / TRAINING).is_file():
        _look_at(found, TRAINING, config, directory)
    elif TRAINING in config["weights"]:
        found.notes.append(
            f"{TRAINING} is not here, without which it cannot be trained further: ganzoo pull --training"
        )
    return found


def _compare(found: Diagnosis, config: dict[str, Any], entry: Registered[Architecture], directory: Path) -> None:
    """What is installed, against what the model was saved with."""
    provider, declared = entry.provider, entry.entry
    found.installed = {
        "architecture": entry.name,
        "revision": declared.revision,
        "distribution": provider.distribution,
        "version": provider.version,
        "migrate": declared.migrate,
    }
    found.attempt(CONFIG, lambda: check_versions(config, entry, directory))
    if found.revision != declared.revision and found.loads:
        found.notes.append(
            f"every load migrates it from revision {found.revision} to {declared.revision}; saved again, it is of "
            f"revision {declared.revision}"
        )
    if entry.name != found.architecture:
        found.notes.append(f"{found.architecture} is called {entry.name} today")
    if declared.deprecated or declared.replaced_by:
        found.notes.append(
            f"{entry.name} is deprecated"
            + (f": {declared.deprecated}" if declared.deprecated else "")
            + (f"; for new models there is {declared.replaced_by}" if declared.replaced_by else "")
        )
    if not same_distribution(config, provider):
        found.notes.append(
            f"it was written by {found.written_by}, and {provider} provides {entry.name} here: they may not be the same"
        )
    elif words := written_by(config, provider):
        found.notes.append(words.removeprefix("; "))


def _look_at(found: Diagnosis, name: str, config: dict[str, Any], directory: Path) -> None:
    """Size, tensors and hash of a file of weights, without reading its tensors."""
    file = directory / name
    if not file.is_file():
        found.problems.append(Problem(name, f"{file} is missing", AGAIN))
    elif (table := found.attempt(name, lambda: read_table(file))) is not None:
        agrees = config["weights"].get(name, {}).get("sha256") == sha256(file)
        found.files[name] = {
            "bytes": file.stat().st_size,
            "tensors": len(table),
            "numbers": sum(math.prod(shape) for shape, _ in table.values()),
            "types": sorted({dtype for _, dtype in table.values()}),
            "hash_agrees": agrees,
        }
        if not agrees:
            found.problems.append(
                Problem(name, f"{file} is not the file that {CONFIG} was written with: its hash differs", AGAIN)
            )

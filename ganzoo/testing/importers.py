"""What an importer must do."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

from ganzoo.core.registered import Registered
from ganzoo.errors import GanzooError
from ganzoo.importing.importer import Importer
from ganzoo.importing.source import Source
from ganzoo.testing.requirement import CheckFailed, one_line, require, since

KEYS = ("G", "D", "G_ema", "g", "d", "g_ema", "generator", "net", "state_dict", "args", "version")


class ImporterTrial:
    """An importer under test."""

    def __init__(self, found: Registered[Any]) -> None:
        self.found = found

    def make(self) -> Importer:
        try:
            made: Importer = self.found.load()()
        except Exception as error:
            raise CheckFailed(
                f"it cannot be made without arguments: {one_line(error)}", mend="take no arguments in __init__"
            ) from error
        return made


def foreign_values() -> Iterator[Any]:
    """What files of other formats hold, and malformed ones of any."""
    yield from (None, 3, "text", [], {}, (), (1, 2, 3), [{}], {0: 1}, torch.ones(2))
    layer = torch.nn.Linear(2, 3)
    values: tuple[Any, ...] = (None, 3, [], {}, {"weight": None}, torch.ones(2), layer, layer.state_dict(), slice(1))
    for value in values:
        yield {key: value for key in KEYS}
        yield (value, value, value)
    yield layer.state_dict()


@since("0.1")
def importer_leaves_foreign_files_alone(trial: ImporterTrial) -> None:
    """`recognises` says False to files and folders of other formats, and raises nothing whatever they hold."""
    importer = trial.make()
    with tempfile.TemporaryDirectory() as folder:
        empty, other = Path(folder) / "empty", Path(folder) / "other"
        empty.mkdir()
        other.mkdir()
        (other / "config.json").write_text("{}")
        (other / "pytorch_model.bin").write_bytes(pickle.dumps({}, 4))
        for number, value in enumerate(foreign_values()):
            (Path(folder) / f"{number}.pkl").write_bytes(pickle.dumps(value, 4))
        for path in sorted(Path(folder).iterdir()):
            what = path.name if path.is_dir() else repr(pickle.loads(path.read_bytes()))[:100]
            try:
                recognised = importer.recognises(Source(path))
            except Exception as error:
                if isinstance(error, GanzooError):
                    continue
                raise CheckFailed(
                    f"recognises() fails on a file with {what}: {one_line(error)}",
                    mend="look at the types before using what is in the file",
                ) from error
            require(
                recognised is False,
                f"recognises() says {recognised!r} to a file with {what}",
                mend="return False unless names and shapes are those of the format",
            )


@since("0.1")
def importer_names_a_licence(trial: ImporterTrial) -> None:
    """The entry names the licence that such weights have as a rule, be it "unknown"."""
    require(
        trial.found.entry.license,
        "the entry has no license",
        mend='license="mit", "LicenseRef-..." for one of its own, or "unknown"',
    )


CHECKS: tuple[Callable[[Any], None], ...] = (importer_leaves_foreign_files_alone, importer_names_a_licence)


def trial_of(found: Registered[Any], fingerprints: Path | None) -> ImporterTrial:
    return ImporterTrial(found)


def checks_of(found: Registered[Any], fingerprints: Path | None) -> list[Callable[[Any], None]]:
    return list(CHECKS)

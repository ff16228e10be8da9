"""A file or folder that is to be imported, read on demand and only as data."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import Any

from ganzoo.errors import UntrustedFile
from ganzoo.importing.reading import Contents, read
from ganzoo.tensor_header import without_duplicates

LARGEST_JSON = 2**20


class Source:
    """A file, or a folder of files.

    Args:
        path: of the file or folder.
        partly: leave out the entries of a file's table that hold what the reader refuses, rather than
            refusing the file (what names functions of os, subprocess and the like is refused all the same).
    """

    def __init__(self, path: str | Path, *, partly: bool = False) -> None:
        self.path = Path(path).expanduser()
        self.partly = partly
        self._files: dict[str, Source] = {}
        self._texts: dict[str, str] = {}  # names and hashes
        if not self.path.exists():
            raise UntrustedFile(f"{self.path} does not exist")

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder, so that `file` and `json` lead to what is in it."""
        return self.path.is_dir()

    @cached_property
    def contents(self) -> Contents:
        """What is in the file: its value and what the reader noticed. Raises: UntrustedFile naming the cause."""
        if self.is_folder:
            raise UntrustedFile(f"{self.path} is a folder: name the file in it")
        return read(self.path, partly=self.partly)

    @property
    def content(self) -> Any:
        """The file's value, inert (see `records`). Raises: UntrustedFile naming the cause."""
        return self.contents.value

    @property
    def sha256(self) -> str:
        """Of the file; of a folder, of the names and hashes of the files that were read, sorted."""
        if not self.is_folder:
            return self.contents.sha256
        hashes = self._texts | {name: file.sha256 for name, file in self._files.items()}
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items()))
        return hashlib.sha256(lines.encode()).hexdigest()

    def names(self) -> list[str]:
        """The files of a folder, sorted; of a file, none."""
        return sorted(path.name for path in self.path.iterdir() if path.is_file()) if self.is_folder else []

    def has(self, name: str) -> bool:
        """Whether a folder holds a file of this name."""
        return name in self.names()

    def file(self, name: str) -> Source:
        """A file of the folder. Raises: UntrustedFile if it is not there."""
        if name not in self._files:
            self._files[name] = Source(self._inside(name), partly=self.partly)
        return self._files[name]

    def json(self, name: str) -> dict[str, Any]:
        """A JSON file of the folder, which must hold a table. Raises: UntrustedFile."""
        path = self._inside(name)
        try:
            if path.stat().st_size > LARGEST_JSON:
                raise ValueError(f"it has {path.stat().st_size} bytes, at most {LARGEST_JSON} are read")
            text = path.read_bytes()
            found = json.loads(text.decode("utf-8"), object_pairs_hook=without_duplicates)
        except (OSError, ValueError, RecursionError) as error:
            raise UntrustedFile(f"{path} cannot be read: {error}") from error
        if not isinstance(found, dict):
            raise UntrustedFile(f"{path} holds no table")
        self._texts[name] = hashlib.sha256(text).hexdigest()
        return found

    def _inside(self, name: str) -> Path:
        if not self.has(name):
            raise UntrustedFile(f"{self.path} holds no file {name!r:.80}")
        return self.path / name

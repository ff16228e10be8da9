"""Where image files are: directories, zips and tars, read in memory and never unpacked to disk."""

from __future__ import annotations

import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ganzoo.errors import DataError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm")
LARGEST_FILE = 512_000_000
LARGEST_COMPRESSED_TAR = 8_000_000_000


class ImageSource:
    """Image files by name, sorted; subclasses know where the bytes are.

    A name has "/" between its parts. Hidden files, and what operating systems leave beside images, are left out.
    """

    def __init__(self, path: Path, names: list[str]) -> None:
        self.path = path
        self.names = sorted(name for name in names if name.lower().endswith(SUFFIXES) and not hidden(name))

    def read(self, name: str) -> bytes:
        """The bytes of one file. Raises OSError and what the archive's module raises."""
        raise NotImplementedError


class Directory(ImageSource):
    """Files below a directory, and below directories that links lead to."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, [Path(file).relative_to(path).as_posix() for file in walk(path, frozenset())])

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()


class SingleFile(ImageSource):
    """One image file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, [path.name])

    def read(self, name: str) -> bytes:
        check_size(self.path.stat().st_size)
        return self.path.read_bytes()


class Zip(ImageSource):
    """Members of a zip file, by the names in it. Every process opens the file for itself."""

    def __init__(self, path: Path) -> None:
        self.opened: tuple[int, zipfile.ZipFile] | None = None
        with zipfile.ZipFile(path) as archive:
            members = {info.filename: info for info in archive.infolist() if not info.is_dir()}
        super().__init__(path, list(members))
        self.members = {name: members[name] for name in self.names}

    def read(self, name: str) -> bytes:
        check_size(self.members[name].file_size)
        if self.opened is None or self.opened[0] != os.getpid():
            self.opened = os.getpid(), zipfile.ZipFile(self.path)
        return self.opened[1].read(self.members[name])

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "opened": None}


class Tar(ImageSource):
    """Regular files of a tar. A plain one is read in place; a compressed one is unpacked into memory once."""

    def __init__(self, path: Path) -> None:
        self.places: dict[str, tuple[int, int]] = {}
        self.contents: dict[str, bytes] | None = None if is_plain_tar(path) else {}
        with tarfile.open(path) as archive:
            members = (member for member in archive if member.isfile() and member.name.lower().endswith(SUFFIXES))
            for member in members:
                self.places[member.name] = member.offset_data, member.size
                if self.contents is not None and member.size <= LARGEST_FILE:
                    file = archive.extractfile(member)
                    self.contents[member.name] = file.read() if file is not None else b""
                    self.check_memory(path)
        super().__init__(path, list(self.places))

    def check_memory(self, path: Path) -> None:
        """Raises DataError for a compressed tar that holds more than memory should."""
        if sum(size for _, size in self.places.values()) > LARGEST_COMPRESSED_TAR:
            raise DataError(
                f"{path} holds more than {LARGEST_COMPRESSED_TAR // 10**9} GB of images, compressed as a whole",
                hint="unpack it into a directory, or make it a plain .tar or a .zip",
            )

    def read(self, name: str) -> bytes:
        start, size = self.places[name]
        check_size(size)
        if self.contents is not None:
            return self.contents[name]
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(size)


def open_source(path: Path) -> ImageSource:
    """What a path holds. Raises: DataError for what is neither directory, zip nor tar."""
    hint = "give a directory, a .zip or a .tar of images"
    if not path.exists():
        raise DataError(f"{path} does not exist", hint=hint)
    try:
        if path.is_dir():
            return Directory(path)
        if zipfile.is_zipfile(path):
            return Zip(path)
        if tarfile.is_tarfile(path):
            return Tar(path)
    except (OSError, zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read: {error}", hint=hint) from error
    raise DataError(f"{path} is neither a directory nor a zip or tar file", hint=hint)


def walk(path: Path, above: frozenset[str]) -> Iterator[str]:
    """All files below a directory. A link to a directory that it lies in is not followed, for it has no end."""
    real = os.path.realpath(path)
    if real in above:
        return
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from walk(Path(entry.path), above | {real})
            else:
                yield entry.path


def hidden(name: str) -> bool:
    """Whether a file is one that operating systems leave beside images."""
    return any((part.startswith(".") and part not in (".", "..")) or part == "__MACOSX" for part in name.split("/"))


def is_plain_tar(path: Path) -> bool:
    """Whether a tar is not compressed."""
    try:
        with tarfile.open(path, "r:"):
            return True
    except tarfile.TarError:
        return False


def check_size(size: int) -> None:
    """Raises OSError for a member that would unpack to more than any image holds."""
    if size > LARGEST_FILE:
        raise OSError(f"it unpacks to {size} bytes, more than any image has")

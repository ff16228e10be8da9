"""Files of torch.save since torch 1.6: a zip with a pickle and one file per storage."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from ganzoo.errors import UntrustedFile
from ganzoo.importing.limits import MEBIBYTE, Budget
from ganzoo.importing.machine import Machine
from ganzoo.importing.showing import shown
from ganzoo.importing.tensors import Storage, from_bytes, storage_dtype

START = b"PK\x03\x04"
MOST_FILES = 100_000
LARGEST_DIRECTORY = 8 * MEBIBYTE
END = 22  # bytes of the end record of a zip without a comment
MALFORMED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, IndexError,
    OverflowError, NotImplementedError, RuntimeError,
)  # fmt: skip


def is_zip(data: memoryview) -> bool:
    """Whether data begin like a zip."""
    return bytes(data[:4]) == START


def read_zip(data: memoryview, budget: Budget, names: set[str], *, partly: bool = False, depth: int = 0) -> object:
    """The value of such a file. Raises: UntrustedFile."""
    if int.from_bytes(data[-10:-6], "little") > LARGEST_DIRECTORY:
        raise UntrustedFile("the directory of the zip is larger than that of any weights, or something follows its end")
    try:
        with zipfile.ZipFile(io.BytesIO(bytes(data.obj))) as archive:
            return _Reader(archive, _checked(archive, data), budget, names, partly, depth).value()
    except MALFORMED as error:
        raise UntrustedFile(f"the zip is malformed: {error}") from error


def _checked(archive: zipfile.ZipFile, data: memoryview) -> dict[str, zipfile.ZipInfo]:
    """The files by their names below the one folder that there is. Raises: UntrustedFile."""
    infos = archive.infolist()
    if not 0 < len(infos) <= MOST_FILES:
        raise UntrustedFile(f"the zip has {len(infos)} files")
    if archive.comment or bytes(data[-END:][:4]) != b"PK\x05\x06":
        raise UntrustedFile("something follows the end of the zip")
    folder = infos[0].filename.partition("/")[0]
    files: dict[str, zipfile.ZipInfo] = {}
    position = total = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        top, _, name = info.filename.partition("/")
        if top != folder or not name or name in files:
            raise UntrustedFile(f"the zip has {info.filename!a:.80} twice, or outside of its folder")
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UntrustedFile(f"{info.filename!a:.80} is encrypted, or compressed in an unusual way")
        if info.header_offset < position or (position == 0 and info.header_offset != 0):
            raise UntrustedFile("files of the zip overlap, or something stands before them")
        position = info.header_offset + 30 + info.compress_size
        total += info.file_size
        files[name] = info
    if total > 16 * len(data) + 16 * MEBIBYTE:
        raise UntrustedFile(f"the zip of {len(data)} bytes unpacks to {total}")
    if any(name.startswith("code/") or name == "constants.pkl" for name in files):
        raise UntrustedFile("it is a TorchScript archive, which holds code", hint="ask for a state dict instead")
    if "data.pkl" not in files:
        raise UntrustedFile("the zip holds no data.pkl: it was not written by torch.save")
    return files


class _Reader:
    """One archive while it is read."""

    def __init__(
        self,
        archive: zipfile.ZipFile,
        files: dict[str, zipfile.ZipInfo],
        budget: Budget,
        names: set[str],
        partly: bool,
        depth: int,
    ) -> None:
        self.archive, self.files, self.budget, self.names, self.partly = archive, files, budget, names, partly
        self.depth = depth
        self.storages: dict[str, Storage] = {}
        self.big_endian = False

    def value(self) -> object:
        from ganzoo.importing.reading import nested_reader

        if "byteorder" in self.files:
            order = self.unpacked("byteorder", 16)
            if order not in (b"little", b"big"):
                raise UntrustedFile(f"its byte order is {shown(order)}")
            self.big_endian = order == b"big"
        size = self.files["data.pkl"].file_size
        self.budget.take_objects(size)
        pickled = memoryview(self.unpacked("data.pkl", size))
        nested: Callable[[bytes], object] = nested_reader(self.budget, self.names, self.depth)
        machine = Machine(
            pickled, self.budget, nested=nested, persistent=self.persistent, names=self.names, partly=self.partly
        )
        value, end = machine.run()
        if end != len(pickled):
            raise UntrustedFile(f"{len(pickled) - end} bytes follow the end of its pickle")
        return value

    def persistent(self, identity: object) -> Storage:
        if not isinstance(identity, tuple) or len(identity) != 5 or identity[0] != "storage":
            raise UntrustedFile("a persistent id is no storage")
        _, kind, key, _, count = identity
        dtype, untyped = storage_dtype(kind)
        if not isinstance(key, str) or f"data/{key}" not in self.files or type(count) is not int:
            raise UntrustedFile(f"the numbers of the storage {shown(key)} are not there")
        size = self.files[f"data/{key}"].file_size
        if count * dtype.itemsize != size:
            raise UntrustedFile(f"the storage {shown(key)} has {size} bytes, not {count} numbers of {dtype}")
        if key not in self.storages:
            self.budget.take_tensor(size)
            raw = self.unpacked(f"data/{key}", size)
            self.storages[key] = Storage(from_bytes(raw, dtype, big_endian=self.big_endian), untyped)
        if self.storages[key].flat.dtype != dtype:
            raise UntrustedFile(f"the storage {shown(key)} is described twice, and differently")
        return self.storages[key]

    def unpacked(self, name: str, most: int) -> bytes:
        """A file of the archive, which must not be larger than it says."""
        with self.archive.open(self.files[name]) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise UntrustedFile(f"{name} in the zip is larger than it says")
        return data

"""Pickles put together opcode by opcode, which no pickler would write."""

from __future__ import annotations

import io
import struct
import zipfile

MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
VERSION = b"\x80\x02M\xe9\x03."
SYSTEM = b"\x80\x02}(X\x0d\x00\x00\x00little_endian\x88u."
NUMBERS = struct.pack("<4f", 1, 2, 3, 4)


def pickled(*parts: bytes, protocol: int = 4) -> bytes:
    return b"\x80" + bytes([protocol]) + b"".join(parts) + b"."


def text(value: str) -> bytes:
    encoded = value.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(encoded)) + encoded


def data(value: bytes) -> bytes:
    return b"B" + struct.pack("<I", len(value)) + value


def number(value: int) -> bytes:
    length = (value.bit_length() + 8) // 8
    return b"\x8a" + bytes([length]) + value.to_bytes(length, "little", signed=True)


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def stack_name(module: str, attribute: str) -> bytes:
    return text(module) + text(attribute) + b"\x93"


def sequence(*values: bytes) -> bytes:
    return b"(" + b"".join(values) + b"t"


def call(function: bytes, *arguments: bytes) -> bytes:
    return function + sequence(*arguments) + b"R"


def table(**values: bytes) -> bytes:
    return b"}(" + b"".join(text(key) + value for key, value in values.items()) + b"u"


def integers(*values: int) -> bytes:
    return sequence(*map(number, values))


def legacy(value: bytes, keys: bytes, raw: bytes) -> bytes:
    """A file of torch.save of the old kind; value is the body of its pickle."""
    return MAGIC + VERSION + SYSTEM + pickled(value, protocol=2) + pickled(keys, protocol=2) + raw


def storage_id(count: int, key: str = "0", *, kind: str = "FloatStorage", view: bytes = b"N") -> bytes:
    return sequence(text("storage"), name("torch", kind), text(key), text("cpu"), number(count), view) + b"Q"


def stored(count: int = 4, raw: bytes = NUMBERS) -> bytes:
    """A storage as a file of the old kind."""
    return legacy(storage_id(count), b"]" + text("0") + b"a", struct.pack("<q", count) + raw)


def storage(file: bytes | None = None) -> bytes:
    """A storage inside another pickle, as a file of its own."""
    return call(name("torch.storage", "_load_from_bytes"), data(stored() if file is None else file))


def tensor(offset: int, size: bytes, stride: bytes, of: bytes | None = None) -> bytes:
    of = storage() if of is None else of
    rebuild = name("torch._utils", "_rebuild_tensor_v2")
    return call(rebuild, of, number(offset), size, stride, b"\x89", name("collections", "OrderedDict") + b")R")


def dtype(code: str, state: bytes | None = None) -> bytes:
    state = state or sequence(number(3), text("<"), b"N", b"N", b"N", number(-1), number(-1), number(0))
    return call(name("numpy", "dtype"), text(code), b"\x89", b"\x88") + state + b"b"


def array(state: bytes) -> bytes:
    make = name("numpy.core.multiarray", "_reconstruct")
    return call(make, name("numpy", "ndarray"), integers(0), data(b"b")) + state + b"b"


def zipped(
    body: bytes, files: dict[str, bytes] | None = None, *, compressed: bool = False, folder: str = "archive"
) -> bytes:
    """A file of torch.save of the new kind; body is that of its pickle."""
    stream = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(stream, "w", kind) as archive:
        archive.writestr(f"{folder}/data.pkl", pickled(body, protocol=2))
        for where, content in {"version": b"3\n", **(files or {})}.items():
            archive.writestr(f"{folder}/{where}", content)
    return stream.getvalue()


def zip_storage(count: int, key: str = "0") -> bytes:
    return sequence(text("storage"), name("torch", "FloatStorage"), text(key), text("cpu"), number(count)) + b"Q"

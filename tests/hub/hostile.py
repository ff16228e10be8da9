"""Repositories that mean harm: each a change to the files of a sound model, and what loading must say of it."""

from __future__ import annotations

import hashlib
import json
import pickle
import struct
from collections.abc import Callable
from typing import Any

from ganzoo.errors import ConfigError, ModelDirectoryError, RegistryError, UntrustedFile

Files = dict[str, bytes]
CANARY = "canary-that-no-loader-may-write"


class Payload:
    """Runs when it is unpickled."""

    def __reduce__(self) -> Any:
        return exec, (f"open({CANARY!r}, 'w').close()",)


def config(change: Callable[[dict[str, Any]], Any]) -> Callable[[Files], None]:
    def apply(files: Files) -> None:
        table = json.loads(files["config.json"])
        change(table)
        files["config.json"] = json.dumps(table).encode()

    return apply


def setting(name: str, value: Any) -> Callable[[Files], None]:
    return config(lambda table: table["architecture"]["config"].update({name: value}))


def text(content: bytes) -> Callable[[Files], None]:
    return lambda files: files.update({"config.json": content})


def in_text(old: bytes, new: bytes) -> Callable[[Files], None]:
    return lambda files: files.update({"config.json": files["config.json"].replace(old, new, 1)})


def weights(content: Callable[[bytes], bytes]) -> Callable[[Files], None]:
    """Other weights, with a config that names their true hash: the attacker wrote both."""

    def apply(files: Files) -> None:
        files["model.safetensors"] = content(files["model.safetensors"])
        table = json.loads(files["config.json"])
        table["weights"]["model.safetensors"] = {
            "sha256": hashlib.sha256(files["model.safetensors"]).hexdigest(),
            "bytes": len(files["model.safetensors"]),
        }
        files["config.json"] = json.dumps(table).encode()

    return apply


def split(content: bytes) -> tuple[dict[str, Any], bytes]:
    length = struct.unpack("<Q", content[:8])[0]
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def joined(header: dict[str, Any] | bytes, data: bytes) -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + data


def header(change: Callable[[dict[str, Any]], Any]) -> Callable[[Files], None]:
    def content(old: bytes) -> bytes:
        table, data = split(old)
        change(table)
        return joined(table, data)

    return weights(content)


def first(table: dict[str, Any]) -> dict[str, Any]:
    return next(entry for name, entry in table.items() if name != "__metadata__")


def duplicated(old: bytes) -> bytes:
    table, data = split(old)
    name, entry = next(iter((n, e) for n, e in table.items() if n != "__metadata__"))
    raw = json.dumps(table).encode()
    return joined(b"{" + json.dumps(name).encode() + b":" + json.dumps(entry).encode() + b"," + raw[1:], data)


def shaped(shape: list[int]) -> Callable[[Files], None]:
    return header(lambda table: first(table).update(shape=shape))


def overlapping(table: dict[str, Any]) -> None:
    last = max((e for n, e in table.items() if n != "__metadata__"), key=lambda entry: entry["data_offsets"])
    last["data_offsets"] = [offset - 4 for offset in last["data_offsets"]]


def halved(table: dict[str, Any]) -> None:
    entry = first(table)
    entry |= {"dtype": "F16", "shape": [2 * entry["shape"][0], *entry["shape"][1:]]}


def nan(old: bytes) -> bytes:
    table, data = split(old)
    return joined(table, struct.pack("<f", float("nan")) + data[4:])


def nested(depth: int) -> bytes:
    return b'{"ganzoo":' * depth + b"1" + b"}" * depth


M, R, U, C = ModelDirectoryError, RegistryError, UntrustedFile, ConfigError
NAMES = ["os.system", "../../x", "ganzoo.gan; rm -rf /", "$(touch x)", "torch.nn.Linear", "ganzoo.zoo.gan:VanillaGAN",
         "evil.net", "\x1b[31mred", "__import__('os')"]  # fmt: skip
CASES: dict[str, tuple[Callable[[Files], Any], type[Exception], str]] = {
    # What the repository holds
    "no config": (lambda f: f.pop("config.json"), M, "has no file config.json"),
    "no weights but a pickle": (
        lambda f: f.update({"pytorch_model.bin": pickle.dumps(Payload()), "model.safetensors": None}),
        M,
        "has no file model.safetensors",
    ),
    "pickle under the name": (weights(lambda _: pickle.dumps(Payload())), M, "header"),
    "weights of another model": (
        lambda f: f.update({"model.safetensors": f["model.safetensors"][:-4] + b"\0\0\0\1"}),
        M,
        "hash differs",
    ),
    "empty weights": (lambda f: f.update({"model.safetensors": b""}), U, "0 bytes"),
    "folder instead of a file": (
        lambda f: f.update({"model.safetensors": None, "model.safetensors/x": b"y"}),
        M,
        "has no file",
    ),
    "another case": (
        lambda f: f.update({"Config.json": f["config.json"], "config.json": None}),
        M,
        "has no file config.json",
    ),
    # config.json
    "empty config": (text(b" "), M, "not JSON"),
    "list": (text(b"[]"), M, "not a ganzoo model"),
    "null": (text(b"null"), M, "not a ganzoo model"),
    "huge config": (text(b'{"a":"' + b"x" * 70_000 + b'"}'), U, "bytes"),
    "utf-16": (text('{"a": 1}'.encode("utf-16")), M, "not JSON"),
    "byte order mark": (lambda f: f.update({"config.json": b"\xef\xbb\xbf" + f["config.json"]}), M, "not JSON"),
    "deep": (text(nested(5000)), M, "deep"),
    "just too deep": (text(nested(9)), M, "deep"),
    "key twice": (in_text(b'"ganzoo"', b'"ganzoo": 1, "ganzoo"'), M, "twice"),
    "NaN": (in_text(b'"width": 8', b'"width": NaN'), M, "NaN is no number"),
    "infinite": (in_text(b'"width": 8', b'"width": 1e999'), M, "architecture.config has inf"),
    "unknown key at the top": (config(lambda t: t.update(auto_map={"AutoModel": "evil.py"})), M, "'auto_map'"),
    "_target_": (setting("_target_", "os.system"), M, "_target_"),
    "unknown setting": (setting("trust_remote_code", True), M, "trust_remote_code"),
    "newer format": (config(lambda t: t["ganzoo"].update(format=99)), M, "format 99"),
    "format as text": (config(lambda t: t["ganzoo"].update(format="1")), M, "ganzoo.format"),
    "newer revision": (config(lambda t: t["architecture"].update(revision=99)), M, "revision 99"),
    "10^12 parameters": (setting("width", 10**6), M, "does not fit"),
    "10^18 parameters": (setting("width", 10**9), M, "architecture.config has 1000000000"),
    "a million layers": (setting("depth", 10**6), M, "more than 20000 modules"),
    "negative width": (setting("width", -8), M, "width"),
    "bool for int": (setting("width", True), M, "width"),
    "float for int": (setting("width", 8.5), M, "width"),
    "text for int": (setting("width", "8"), M, "width"),
    "latent of a module": (setting("latent", "os.system"), R, "os.system"),
    "latent with a path": (setting("latent", {"name": "../../x"}), R, "no name of a latent"),
    "weights elsewhere": (
        config(lambda t: t["weights"].update({"../../etc/passwd": {"sha256": "0" * 64}})),
        M,
        "../../etc/passwd",
    ),
    "requirement with a shell": (config(lambda t: t["provider"].update(requires="; touch x")), M, "no version range"),
    "data of unknown fields": (
        config(lambda t: t.update(data={"name": "x", "path": "/etc"})),
        M,
        "description of data",
    ),
    # model.safetensors
    "huge header": (weights(lambda old: struct.pack("<Q", 2**62) + old[8:]), M, "header"),
    "header of 2 MiB": (weights(lambda old: joined(b"{" + b" " * 2**21 + b"}", b"")), M, "header"),
    "header of no JSON": (weights(lambda old: joined(b"{" * 1000, b"")), M, "not JSON"),
    "header that is a list": (weights(lambda old: joined(b"[1]", b"")), M, "no table"),
    "truncated": (weights(lambda old: old[:-4]), M, "bytes of tensors"),
    "trailing bytes": (weights(lambda old: old + b"\0" * 4), M, "bytes of tensors"),
    "tensor twice": (weights(duplicated), M, "twice"),
    "overlap": (header(overlapping), M, "overlap"),
    "huge shape without bytes": (shaped([10**12, 0, 10**12]), M, "has"),
    "huge shape": (shaped([2**40]), M, "bytes for"),
    "negative shape": (shaped([-1, -8]), M, "has the shape"),
    "fractional shape": (shaped([8.5]), M, "has the shape"),  # type: ignore[list-item]
    "unknown type": (header(lambda t: first(t).update(dtype="F128")), M, "unknown type"),
    "type that is no text": (header(lambda t: first(t).update(dtype=["F32"])), M, "unknown type"),
    "half precision": (header(halved), M, "does not fit"),
    "extra fields": (header(lambda t: first(t).update(code="x")), M, "not described"),
    "another name": (header(lambda t: t.update({"../../x": t.pop(next(n for n in t if n != "__metadata__"))})), M, "x"),
    "NaN weights": (weights(nan), M, "NaN or infinity"),
}
CASES |= {
    f"architecture {name!r}": (
        config(lambda t, name=name: t["architecture"].update(name=name)),  # type: ignore[misc]
        R,
        "",
    )
    for name in NAMES
}

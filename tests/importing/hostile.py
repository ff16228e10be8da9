"""Malformed and hostile files, each with a part of the cause that the reader names."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from pathlib import Path

import torch
from assembly import (
    NUMBERS,
    array,
    call,
    data,
    dtype,
    integers,
    legacy,
    name,
    number,
    pickled,
    sequence,
    stack_name,
    storage,
    storage_id,
    stored,
    table,
    tensor,
    text,
    zip_storage,
    zipped,
)

Cases = dict[str, tuple[bytes, str]]


def build(marker: Path) -> Cases:
    """All of them. Those that would run something would make the marker file."""
    return {
        **running(f"touch {marker}", f"open({str(marker)!r}, 'w').close()"),
        **opcodes(),
        **tensors(),
        **arrays(),
        **graphs(),
        **bombs(),
        **zips(f"touch {marker}"),
    }


def running(shell: str, python: str) -> Cases:
    system = call(name("os", "system"), text(shell))
    get = name("builtins", "getattr")
    opened = call(name("builtins", "__import__"), text("os"))
    popen = name("subprocess", "Popen") + sequence(sequence(text("sh"), text("-c"), text(shell)))
    state = table(module_src=text(python))
    return {
        "os.system": (pickled(system), "names os.system"),
        "posix.system": (pickled(call(name("posix", "system"), text(shell))), "names posix.system"),
        "eval": (pickled(call(name("builtins", "eval"), text(python))), "names builtins.eval"),
        "exec of Python 2": (pickled(call(name("__builtin__", "exec"), text(python))), "names builtins.exec"),
        "exec from the stack": (pickled(call(stack_name("builtins", "exec"), text(python))), "names builtins.exec"),
        "chain of getattr": (
            pickled(call(call(get, opened, text("system")), text(shell))),
            "names builtins.getattr",
        ),
        "Popen by NEWOBJ": (pickled(popen + b"\x81"), "names subprocess.Popen"),
        "Popen by NEWOBJ_EX": (pickled(popen + b"}\x92"), "names subprocess.Popen"),
        "harmless NEWOBJ_EX": (pickled(name("a", "B") + b")}\x92"), "opcode NEWOBJ_EX"),
        "INST": (pickled(b"(" + text(shell) + b"ios\nsystem\n"), "opcode INST"),
        "OBJ": (pickled(b"(" + name("os", "system") + text(shell) + b"o"), "names os.system"),
        "harmless OBJ": (pickled(b"(" + name("a", "B") + b"o"), "opcode OBJ"),
        "EXT1": (pickled(b"\x82\x01)R"), "opcode EXT1"),
        "EXT2": (pickled(b"\x83\x01\x00)R"), "opcode EXT2"),
        "EXT4": (pickled(b"\x84\x01\x00\x00\x00)R"), "opcode EXT4"),
        "PERSID": (pickled(b"Pos.system\n"), "opcode PERSID"),
        "BINPERSID": (pickled(text("os.system") + b"Q"), "persistent id, which stands for nothing"),
        "storage that is a pickle": (pickled(storage(pickled(system))), "names os.system"),
        "storage that is an old torch file": (
            pickled(storage(legacy(system, b"]", b""))),
            "names os.system",
        ),
        "storage that is a zip": (pickled(storage(zipped(system))), "names os.system"),
        "storage that is a number": (pickled(storage(pickled(b"K\x01"))), "in the place of a storage there is int"),
        "storages in storages": (
            pickled(storage(pickled(storage(pickled(storage()))))),
            "nested in files",
        ),
        "old torch file": (legacy(system, b"]", b""), "names os.system"),
        "attributes of an allowed function": (
            pickled(name("torch._utils", "_rebuild_tensor_v2") + table(__code__=number(1)) + b"b"),
            "sets the attributes of Ref",
        ),
        "dotted name": (pickled(call(stack_name("torch", "hub.load"), text("a/b"))), "torch.hub.load"),
        "dotted name of an allowed class": (
            pickled(stack_name("collections", "OrderedDict.fromkeys.__call__")),
            "attributes of attributes",
        ),
        "call of what a call gave": (pickled(call(call(name("a", "B")), text(shell))), "calls a.B"),
        "call of a record": (pickled(name("a", "B") + b")\x81" + sequence(text(shell)) + b"R"), "calls Record"),
        "call of a text": (pickled(text("os.system") + sequence(text(shell)) + b"R"), "calls str"),
        "unknown function": (pickled(call(name("harmless", "looking"), text(shell))), "calls harmless.looking"),
        "homoglyph": (pickled(call(stack_name("\u043es", "system"), text(shell))), "no name of a module"),
        "name with a line break": (pickled(stack_name("os\n", "system")), "no name of a module"),
        "name of runpy": (pickled(table(f=name("runpy", "run_path"))), "names runpy.run_path"),
        "name of torch.hub.load": (pickled(table(f=name("torch.hub", "load"))), "names torch.hub.load"),
        "name of torch.load": (pickled(name("torch.serialization", "load")), "names torch.serialization.load"),
        "partial of os.system": (
            pickled(call(name("functools", "partial"), name("os", "system"))),
            "names os.system",
        ),
        "functools.reduce": (pickled(name("functools", "reduce")), "names functools.reduce"),
        "pickle.loads": (pickled(call(name("_pickle", "loads"), data(pickled(system)))), "names _pickle.loads"),
        "dill's code": (
            pickled(call(call(name("dill._dill", "_load_type"), text("CodeType")), number(0))),
            "calls dill._dill._load_type",
        ),
        "dill array of another function": (
            pickled(call(name("dill._dill", "_create_array"), name("a", "b"), b")", b"N", b"N")),
            "by something else than numpy's function",
        ),
        "source without a table": (
            pickled(call(name("torch_utils.persistence", "_reconstruct_persistent_obj"), text(python))),
            "something else than a table",
        ),
        "function that looks persistent": (
            pickled(call(name("torch_utils", "_reconstruct_persistent_obj"), state)),
            "calls torch_utils._reconstruct_persistent_obj",
        ),
    }


def opcodes() -> Cases:
    good = pickled(table(a=number(1)))
    return {
        "nothing": (b"", "ends too early"),
        "text": (b"not a pickle at all", "does not begin like a pickle"),
        "protocol 0": (pickle.dumps([1], 0), "does not begin like a pickle"),
        "protocol 1": (pickle.dumps([1], 1), "does not begin like a pickle"),
        "protocol 6": (pickled(b"N", protocol=6), "protocol 6"),
        "text opcode of protocol 0": (pickled(b"I01\n"), "opcode INT"),
        "unknown opcode": (pickled(b"\xff"), "opcode 0xff"),
        "protocol in the middle": (pickled(b"\x80\x04N"), "opcode PROTO"),
        "truncated": (good[:-3], "ends too early"),
        "no STOP": (good[:-1], "ends too early"),
        "trailing pickle": (good + pickled(call(name("os", "system"), text("true"))), "follow the end"),
        "trailing byte": (good + b"\n", "1 bytes follow"),
        "two values": (pickled(b"NN"), "more than one value"),
        "no value": (pickled(), "takes a value where there is none"),
        "open mark": (pickled(b"(N"), "more than one value"),
        "TUPLE without a mark": (pickled(b"Nt"), "mark where there is none"),
        "TUPLE3 of one": (pickled(b"N\x87"), "takes a value where there is none"),
        "APPEND to a number": (pickled(b"K\x01K\x02a"), "appends to int"),
        "SETITEM of a list": (pickled(b"]NNs"), "sets items of list"),
        "odd SETITEMS": (pickled(b"}(Nu"), "sets items of dict"),
        "ADDITEMS of a list": (pickled(b"](N\x90"), "adds items to list"),
        "BUILD of a number": (pickled(b"K\x01}b"), "sets the attributes of int"),
        "BUILD twice": (pickled(name("a", "B") + b")\x81}b}b"), "twice"),
        "memo that was never filled": (pickled(b"h\x07"), "never remembered"),
        "memo filled twice": (pickled(b"Nq\x00q\x00"), "remembers a value"),
        "MEMOIZE of nothing": (pickled(b"\x94"), "looks at a value where there is none"),
        "DUP of nothing": (pickled(b"2"), "looks at a value where there is none"),
        "frame beyond the end": (pickled(b"\x95" + struct.pack("<Q", 10**6) + b"N"), "longer than the file"),
        "out-of-band buffer": (pickled(b"\x97", protocol=5), "opcode NEXT_BUFFER"),
        "read-only buffer": (pickled(b"\x98", protocol=5), "opcode READONLY_BUFFER"),
        "text that is no UTF-8": (pickled(b"X\x02\x00\x00\x00\xff\xfe"), "no UTF-8"),
        "name that is no ASCII": (pickled(b"c\xd0\xbes\nsystem\n"), "not ASCII"),
        "name without end": (pickled(b"c" + b"a" * 2000), "no end"),
        "list as a key": (pickled(b"}]Ns"), "a key is of type list"),
        "nested tuple as a key": (pickled(b"}" + b")" + b"\x85\x85" + b"Ns"), "a key is of type tuple"),
        "global of numbers": (pickled(b"K\x01K\x02\x93"), "something else than texts"),
    }


def tensors() -> Cases:
    size, stride = integers(4), integers(1)
    twice = sequence(storage_id(4), storage_id(2))
    return {
        "offset beyond the storage": (pickled(tensor(1, size, stride)), "does not fit"),
        "size beyond the storage": (pickled(tensor(0, integers(5), stride)), "does not fit"),
        "huge size": (pickled(tensor(0, integers(2**40, 2**20), integers(1, 1))), "does not fit"),
        "stride beyond the storage": (pickled(tensor(0, integers(2, 2), integers(4, 1))), "does not fit"),
        "stride of zero": (pickled(tensor(0, integers(10**9), integers(0))), "does not fit"),
        "overlapping strides": (pickled(tensor(0, integers(3, 2), integers(1, 1))), "does not fit"),
        "negative stride": (pickled(tensor(3, size, integers(-1))), "strides"),
        "negative offset": (pickled(tensor(-1, integers(1), stride)), "offset -1"),
        "negative size": (pickled(tensor(0, integers(-4), stride)), "the size (-4,)"),
        "boolean size": (pickled(tensor(0, sequence(b"\x88"), stride)), "the size (True,)"),
        "sizes and strides of other lengths": (pickled(tensor(0, integers(2, 2), stride)), "the size (2, 2)"),
        "size that is a text": (pickled(tensor(0, text("4"), stride)), "size or strides are '4'"),
        "many dimensions": (pickled(tensor(0, integers(*[1] * 40), integers(*[1] * 40))), "size or strides"),
        "storage that is none": (pickled(tensor(0, size, stride, of=number(4))), "from int"),
        "lying count of a storage": (pickled(storage(stored(10**12))), "a storage of 1000000000000 numbers"),
        "too many numbers": (pickled(storage(stored(4, NUMBERS + NUMBERS))), "bytes follow its end"),
        "too few numbers": (pickled(storage(stored(4, NUMBERS[:8]))), "ends before the numbers"),
        "count that is not that of the storage": (
            legacy(storage_id(4), b"]" + text("0") + b"a", struct.pack("<q", 3) + NUMBERS),
            "has 3 numbers and is to have 4",
        ),
        "storage that is not listed": (legacy(storage_id(4), b"]", b""), "list of storages"),
        "storage described twice": (
            legacy(twice, b"]" + text("0") + b"a", struct.pack("<q", 4) + NUMBERS),
            "described twice",
        ),
        "view beyond its storage": (
            legacy(
                storage_id(4, view=sequence(text("v"), number(2), number(3))),
                b"]" + text("0") + b"a",
                struct.pack("<q", 4) + NUMBERS,
            ),
            "a view of 3 numbers at 2",
        ),
        "quantised storage": (legacy(storage_id(4, kind="QInt8Storage"), b"]", b""), "of the kind torch.QInt8Storage"),
        "unknown persistent id": (legacy(sequence(text("os.system")) + b"Q", b"]", b""), "no storage"),
        "quantised tensor": (
            pickled(call(name("torch._utils", "_rebuild_qtensor"), storage())),
            "calls torch._utils._rebuild_qtensor",
        ),
        "parameter of a number": (
            pickled(call(name("torch._utils", "_rebuild_parameter"), number(1), b"\x88", b"N")),
            "made from int",
        ),
        "tensor by another function": (
            pickled(call(name("torch._tensor", "_rebuild_from_type_v2"), name("a", "b"), name("a", "c"), b")", b"N")),
            "something else than a tensor",
        ),
        "views without end": (
            pickled(
                storage(stored(2**16, bytes(2**18)))
                + b"q\x000]"
                + (tensor(0, integers(2**16), stride, of=b"h\x00") + b"a") * 64
            ),
            "more memory than the file",
        ),
    }


def arrays() -> Cases:
    doubles = struct.pack("<2d", 1, 2)
    fields = sequence(number(3), text("<"), b"N", sequence(text("a")), b"}", number(-1), number(-1), number(0))
    return {
        "array of objects": (
            pickled(array(sequence(number(1), integers(1), dtype("O8"), b"\x89", b"]Na"))),
            "type 'O8'",
        ),
        "array with a list": (
            pickled(array(sequence(number(1), integers(1), dtype("f8"), b"\x89", b"]Na"))),
            "array of objects",
        ),
        "array of another shape": (
            pickled(array(sequence(number(1), integers(10**9), dtype("f8"), b"\x89", data(doubles)))),
            "16 bytes",
        ),
        "array of negative shape": (
            pickled(array(sequence(number(1), integers(-2), dtype("f8"), b"\x89", data(doubles)))),
            "the shape (-2,)",
        ),
        "array with fields": (pickled(dtype("f8", fields)), "has fields"),
        "array whose order is a tensor": (
            pickled(
                array(sequence(number(1), integers(2), dtype("f8"), tensor(0, integers(4), integers(1)), data(doubles)))
            ),
            "malformed state",
        ),
        "tensor with a tensor behind it": (
            pickled(
                call(
                    name("torch._utils", "_rebuild_tensor_v2"),
                    *[storage(), number(0), integers(4), integers(1), b"\x89", b"}"],
                    tensor(0, integers(4), integers(1)),
                )
            ),
            "conjugated or negated",
        ),
        "array of texts": (pickled(dtype("U8")), "type 'U8'"),
        "array without a state": (
            pickled(
                call(name("numpy.core.multiarray", "_reconstruct"), name("numpy", "ndarray"), integers(0), data(b"b"))
            ),
            "no state",
        ),
        "array of another class": (
            pickled(call(name("numpy.core.multiarray", "_reconstruct"), name("numpy", "memmap"), integers(0), b"N")),
            "another class than numpy's",
        ),
        "scalar of too few bytes": (
            pickled(call(name("numpy.core.multiarray", "scalar"), dtype("f8"), data(b"1234"))),
            "scalar is malformed",
        ),
        "numpy.load": (pickled(call(name("numpy", "load"), text("/etc/passwd"))), "calls numpy.load"),
    }


def graphs() -> Cases:
    module = name("m", "Net") + b")\x81"
    return {
        "list in itself": (pickled(b"]q\x00h\x00a"), "contains itself"),
        "dict in itself": (pickled(b"}q\x00" + text("a") + b"h\x00s"), "contains itself"),
        "object in itself": (pickled(module + b"q\x00" + b"}" + text("a") + b"h\x00sb"), "contains itself"),
        "tuple in itself": (pickled(b"]q\x00h\x00\x85a"), "contains itself"),
        "5000 lists deep": (pickled(b"]" * 5000 + b"a" * 4999), "deeper than"),
        "5000 tuples deep": (pickled(b")" + b"\x85" * 5000), "deeper than"),
        "100000 tuples deep": (pickled(b")" + b"\x85" * 100_000), "deeper than"),
        "100000 marks deep": (pickled(b"(" * 100_000), "deeper than"),
        "5000 objects deep": (
            pickled(module + (name("m", "N") + b")\x81") * 4999 + b"b" * 4999),
            "deeper than",
        ),
    }


def bombs() -> Cases:
    collisions = b"".join(number(k * (2**61 - 1)) + b"N" for k in range(1, 20_000))
    return {
        "LONG4 of 2 GB": (pickled(b"\x8b" + struct.pack("<i", 2**31 - 1)), "an integer has 2147483647 bytes"),
        "LONG4 of negative length": (pickled(b"\x8b" + struct.pack("<i", -1)), "an integer has -1 bytes"),
        "LONG4 of 1 MB": (pickled(b"\x8b" + struct.pack("<i", 2**20) + b"\x7f" * 2**20), "an integer has"),
        "BINBYTES8 of an exabyte": (pickled(b"\x8e" + struct.pack("<Q", 2**60)), "length 1152921504606846976"),
        "BINUNICODE8 of an exabyte": (pickled(b"\x8d" + struct.pack("<Q", 2**60)), "length 1152921504606846976"),
        "BYTEARRAY8 of an exabyte": (pickled(b"\x96" + struct.pack("<Q", 2**60)), "length 1152921504606846976"),
        "BINSTRING of negative length": (pickled(b"T" + struct.pack("<i", -5)), "length -5"),
        "memo at 4 billion": (pickled(b"Nr\xff\xff\xff\xff"), "remembers a value at the place"),
        "memo flood": (pickled(b"N" + b"\x94" * 3_000_000), "more memory than the file"),
        "flood of sets": (pickled(b"\x8f" * 3_000_000), "more memory than the file"),
        "flood of lists": (pickled(b"(" + b"]" * 3_000_000 + b"l"), "more memory than the file"),
        "bytearray of 10 GB": (pickled(call(name("builtins", "bytearray"), number(10**10))), "made from int"),
        "bytes of 10 GB": (pickled(call(name("__builtin__", "bytes"), number(10**10))), "made from int"),
        "list of a range": (
            pickled(call(name("builtins", "list"), call(name("builtins", "range"), number(10**10)))),
            "made from Record",
        ),
        "copies of one list": (
            pickled(b"](" + b"K\x01" * 1000 + b"eq\x000](" + call(name("builtins", "tuple"), b"h\x00") * 20_000 + b"e"),
            "more memory than the file",
        ),
        "numbers that collide in a dict": (pickled(b"}(" + collisions + b"u"), "keys that are no texts"),
        "one storage read over and over": (
            pickled(data(stored()) + b"q\x000](" + call(name("torch.storage", "_load_from_bytes"), b"h\x00") * 3 + b"e")
            + b"!",
            "follow the end",
        ),
    }


def zips(shell: str) -> Cases:
    system = call(name("os", "system"), text(shell))
    good = zipped(zip_storage(4), {"data/0": NUMBERS})
    stream = io.BytesIO()
    torch.save({"a": torch.ones(8)}, stream)
    honest = stream.getvalue()
    flipped = bytearray(honest)
    flipped[honest.index(torch.ones(8).numpy().tobytes())] ^= 1
    bomb = zipped(zip_storage(2**23), {"data/0": bytes(2**25)}, compressed=True)
    lying = bytearray(zipped(zip_storage(4), {"data/0": NUMBERS}, compressed=True))
    place = lying.rindex(b"PK\x01\x02", 0, lying.rindex(b"archive/data/0"))
    lying[place + 24 : place + 28] = struct.pack("<I", 8)
    return {
        "zip that runs something": (zipped(system), "names os.system"),
        "zip of another program": (_zip({"a/b.txt": b"x"}), "no data.pkl"),
        "TorchScript": (_zip({"a/data.pkl": b"", "a/code/x.py": b"import os"}), "TorchScript"),
        "zip with two folders": (_zip({"a/data.pkl": b"", "b/data.pkl": b""}), "outside of its folder"),
        "zip with a name twice": (_twice(), "twice"),
        "zip of which a path leads out": (
            zipped(zip_storage(4, "../../../etc/passwd"), {"data/0": NUMBERS}),
            "are not there",
        ),
        "zip with a missing storage": (zipped(zip_storage(4, "1"), {"data/0": NUMBERS}), "are not there"),
        "zip with a lying count": (zipped(zip_storage(400), {"data/0": NUMBERS}), "not 400 numbers"),
        "zip with something before it": (b"PK\x03\x04" + bytes(26) + good, "before"),
        "zip with something behind it": (good + b"tail", "follows the end"),
        "truncated zip": (honest[: len(honest) // 2], "the zip is malformed"),
        "zip with a flipped bit": (bytes(flipped), "Bad CRC"),
        "zip bomb": (bomb, "unpacks to"),
        "zip member that is larger than it says": (bytes(lying), "the storage '0' has 8 bytes"),
        "zip with another byte order": (zipped(b"N", {"byteorder": b"middle"}), "byte order"),
        "zip with a trailing pickle": (
            _zip({"a/data.pkl": pickled(b"N") + pickled(system), "a/version": b"3"}),
            "follow the end of its pickle",
        ),
        "zip without its pickle's end": (_zip({"a/data.pkl": b"\x80\x02", "a/version": b"3"}), "ends too early"),
        "encrypted zip": (_encrypted(good), "encrypted"),
        "zip of overlapping files": (_overlapping(), "overlap"),
    }


def _zip(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for where, content in files.items():
            archive.writestr(where, content)
    return stream.getvalue()


def _twice() -> bytes:
    return _zip({"a/data.pkl": pickled(b"N"), "a/data.pkk": pickled(b"N")}).replace(b"a/data.pkk", b"a/data.pkl")


def _encrypted(good: bytes) -> bytes:
    changed = bytearray(good)
    changed[good.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def _overlapping() -> bytes:
    """Two entries of the directory that lead to the same place."""
    made = bytearray(_zip({"a/data.pkl": pickled(b"N"), "a/data/0": NUMBERS}))
    second = made.rindex(b"PK\x01\x02")
    made[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(made)

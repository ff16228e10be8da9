"""Well-formed files: what the reader builds equals what torch.load and pickle make of them, bit for bit."""

from __future__ import annotations

import argparse
import collections
import io
import pickle
import zipfile

import numpy as np
import pytest
import torch
from assembly import call, data, dtype, integers, name, number, pickled, sequence, text
from corpus import optimizer
from torch import nn

from ganzoo.errors import UntrustedFile
from ganzoo.importing import Record, Ref, Source, as_module, plain
from ganzoo.importing.reading import read_bytes

DTYPES = [
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8,
    torch.uint8, torch.bool, torch.complex64, torch.complex128,
]  # fmt: skip


def value_of(content: bytes):
    return read_bytes(memoryview(content)).value


def saved(value, *, zipped: bool = True, **settings) -> bytes:
    stream = io.BytesIO()
    torch.save(value, stream, _use_new_zipfile_serialization=zipped, **settings)
    return stream.getvalue()


def same(found: torch.Tensor, expected: torch.Tensor) -> bool:
    return found.dtype == expected.dtype and found.shape == expected.shape and torch.equal(found, expected)


def some(dtype: torch.dtype, *size: int) -> torch.Tensor:
    numbers = torch.randn(*size, generator=torch.Generator().manual_seed(0)) * 50
    return (
        numbers > 0 if dtype == torch.bool else numbers.abs().to(dtype) if dtype == torch.uint8 else numbers.to(dtype)
    )


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_torch_files_of_every_type(dtype, zipped, protocol):
    whole = some(dtype, 6, 5)
    tensors = {"whole": whole, "rows": whole[1:3], "turned": whole.t(), "steps": whole[::2, 1], "empty": whole[:0],
               "one": whole[2, 3], "parameter": nn.Parameter(whole, requires_grad=False)}  # fmt: skip
    found = value_of(saved(tensors, zipped=zipped, pickle_protocol=protocol))
    assert list(found) == list(tensors)
    for key, expected in tensors.items():
        assert same(found[key], expected), key
    found["whole"].zero_()
    assert not found["rows"].any(), "views of one storage stay views of one storage"


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_storages_inside_pickles(protocol):
    expected = {"a": torch.randn(4, 3), "b": nn.Parameter(torch.randn(2)), "c": torch.randn(3).bfloat16()}
    found = value_of(pickle.dumps(expected, protocol))
    assert all(same(found[key], expected[key]) for key in expected)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize(
    "code", ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u1", "?", "c8", "c16", ">f4", ">i8", "<u2", ">u4"]
)
def test_arrays(protocol, code):
    array = (np.arange(24).reshape(2, 3, 4) * 2.5 % 7).astype(code)
    many = {"c": array, "f": np.asfortranarray(array), "strided": array[:, ::2], "zero": array[:0], "turned": array.T,
            "f point": np.asfortranarray(array[1, 1, 1]),
            "point": np.array(array[1, 1, 1]), "scalar": array[1, 2, 3]}  # fmt: skip
    found = value_of(pickle.dumps(many, protocol))
    assert found.pop("scalar") == many.pop("scalar").item()
    for key, expected in many.items():
        assert tuple(found[key].shape) == expected.shape, key
        wide = expected.astype(expected.dtype.newbyteorder("="))
        assert np.array_equal(found[key].numpy(), wide) and found[key].is_contiguous(), key


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_plain_values(protocol):
    shared = [1, 2]
    value = {
        "numbers": [
            0,
            255,
            256,
            65535,
            65536,
            -1,
            -(2**31),
            2**31,
            2**70,
            -(2**200),
            1.5,
            float("inf"),
            True,
            False,
            None,
        ],
        "texts": ["", "ascii", "\u00e9\U0001f600", "x" * 300, "\udc80"],
        "bytes": [b"", b"\x00\xff", b"y" * 300, bytearray(b"abc")],
        "containers": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], {}, {1, 2}, frozenset({3}), {(1, "a"): 2}),
        "ordered": collections.OrderedDict(b=1, a=2),
        "default": collections.defaultdict(list, k=[1]),
        "size": torch.Size([2, 3]),
        "shared": (shared, shared),
    }
    found = value_of(pickle.dumps(value, protocol))
    assert found == {**value, "size": (2, 3)}
    assert list(found["ordered"]) == ["b", "a"]
    assert found["shared"][0] is found["shared"][1]


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_optimisers_and_settings_are_inert(protocol):
    args = argparse.Namespace(size=32, channels=(1, 2), name="x")
    checkpoint = {"g": nn.Linear(2, 3).state_dict(), "optim": optimizer(), "args": args}
    found = value_of(saved(checkpoint, pickle_protocol=protocol))
    assert isinstance(found["args"], Record) and found["args"].ref == Ref("argparse", "Namespace")
    assert plain(found["args"]) == vars(args)
    assert same(found["optim"]["state"][0]["exp_avg"], torch.full((3,), 0.5))
    assert found["optim"]["param_groups"] == optimizer()["param_groups"]


class Block(nn.Module):
    """A module pickled by reference."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 3
        self.dtype = torch.bfloat16
        self.layers = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.LeakyReLU(0.2))
        self.same = self.layers[0]
        self.register_buffer("filter", torch.randn(3), persistent=False)


@pytest.mark.parametrize("zipped", [True, False])
def test_whole_modules(zipped):
    block = Block()
    module = as_module(value_of(saved(block, zipped=zipped)))
    expected = {**dict(block.state_dict()), "filter": block.filter}
    assert {key: same(value, expected[key]) for key, value in module.state_dict().items()} == dict.fromkeys(
        expected, True
    )
    assert module.class_name == "Block" and module.attributes["size"] == 3
    assert module.attributes["dtype"] == Ref("torch", "bfloat16")
    assert [name for name, _ in module.modules()] == ["", "layers", "layers.0", "layers.1", "layers.2", "same"]
    assert module.children["same"] is module.children["layers"].children["0"]
    assert module.children["layers"].children["2"].attributes["negative_slope"] == 0.2


def test_bytes_of_another_order():
    content = saved({"a": torch.arange(4.0), "b": torch.arange(3)})
    turned = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(turned, "w") as new:
        for info in old.infolist():
            raw = old.read(info)
            if info.filename.endswith("/data/0"):
                raw = np.frombuffer(raw, "<f4").astype(">f4").tobytes()
            elif info.filename.endswith("/data/1"):
                raw = np.frombuffer(raw, "<i8").astype(">i8").tobytes()
            new.writestr(info.filename, b"big" if info.filename.endswith("byteorder") else raw)
    found = value_of(turned.getvalue())
    assert same(found["a"], torch.arange(4.0)) and same(found["b"], torch.arange(3))


def test_tensors_of_a_gpu_come_to_the_cpu():
    content = saved({"a": torch.arange(4.0)}, zipped=False)
    on_gpu = content.replace(b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0").replace(
        b"ctorch\nFloatStorage", b"ctorch.cuda\nFloatStorage"
    )
    assert on_gpu != content
    assert same(value_of(on_gpu)["a"], torch.arange(4.0))


def test_compressed_zips_are_read():
    turned = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(torch.eye(3)))) as old, zipfile.ZipFile(turned, "w", 8) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
    assert same(value_of(turned.getvalue()), torch.eye(3))


def test_arrays_by_dill():
    numbers = np.arange(2.0)
    state = sequence(number(1), integers(2), dtype("f8"), b"\x89", data(numbers.tobytes()))
    arguments = sequence(name("numpy", "ndarray"), integers(0), data(b"b"))
    make = name("numpy.core.multiarray", "_reconstruct")
    content = pickled(call(name("dill._dill", "_create_array"), make, arguments, state, b"N"))
    assert same(value_of(content), torch.from_numpy(numbers))


def test_a_part_is_read_where_another_is_refused(tmp_path):
    weights = pickle.dumps(torch.ones(2), 4)
    scope = name("__builtin__", "__main__") + b"0" + name("builtins", "print")
    lambda_of_dill = call(name("dill._dill", "_create_function"), scope) + b"}b"
    content = pickled(b"}(" + text("G_ema") + weights[11:-1] + text("D") + lambda_of_dill + b"u")
    (tmp_path / "file.pkl").write_bytes(content)
    with pytest.raises(UntrustedFile, match=r"names builtins\.__main__"):
        _ = Source(tmp_path / "file.pkl").content
    source = Source(tmp_path / "file.pkl", partly=True)
    assert same(source.content.pop("G_ema"), torch.ones(2)) and not source.content
    assert [key for key, _ in source.contents.left_out] == ["D"]

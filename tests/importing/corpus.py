"""Small good files of every kind that the reader knows, written by the programs that write such files."""

from __future__ import annotations

import argparse
import collections
import io
import pickle
import struct

import numpy as np
import torch
from assembly import call, data, dtype, integers, name, number, pickled, sequence, storage, stored, table, tensor, text
from torch import nn


def _torch(value, **settings) -> bytes:
    stream = io.BytesIO()
    torch.save(value, stream, **settings)
    return stream.getvalue()


def optimizer() -> dict:
    """The state of an Adam over two parameters, as torch.optim would give it."""
    moments = {i: {"step": torch.tensor(1.0), "exp_avg": torch.full((3,), 0.5 + i)} for i in range(2)}
    return {"state": moments, "param_groups": [{"lr": 0.001, "betas": (0.9, 0.999), "fused": None, "params": [0, 1]}]}


def _checkpoint() -> dict:
    half = torch.ones(2, dtype=torch.bfloat16)
    args = argparse.Namespace(size=3)
    return {"g": nn.Linear(2, 3).state_dict(), "optim": optimizer(), "args": args, "half": half}


def _module() -> dict:
    return {"G": nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)), "n": 3}


def _values() -> dict:
    return {"a": [1, 2.5, 2**70, (True, None)], "b": b"bytes", "c": {1, 2}, "d": collections.OrderedDict(x="\u00e9"),
            "e": np.arange(6.0).reshape(2, 3), "f": np.float32(2), "g": frozenset({3}), "h": bytearray(1)}  # fmt: skip


def _persistent() -> bytes:
    weight = tensor(0, integers(2, 2), integers(2, 1))
    state = table(
        _parameters=table(weight=call(name("torch._utils", "_rebuild_parameter"), weight, b"\x88", b"}")),
        _buffers=table(w_avg=tensor(0, integers(4), integers(1), of=storage())),
        _modules=b"}",
        _init_kwargs=name("dnnlib.util", "EasyDict") + b")\x81(" + text("z_dim") + number(4) + b"u",
        training=b"\x89",
    )
    meta = table(type=text("class"), version=number(6), module_src=text("x"), class_name=text("Net"), state=state)
    return pickled(table(G_ema=call(name("torch_utils.persistence", "_reconstruct_persistent_obj"), meta)))


def _network() -> bytes:
    state = sequence(number(1), integers(2), dtype("f4"), b"\x89", data(struct.pack("<2f", 1, 2)))
    make = call(name("numpy.core.multiarray", "_reconstruct"), name("numpy", "ndarray"), integers(0), data(b"b"))
    by_dill = call(
        name("dill._dill", "_create_array"),
        name("numpy.core.multiarray", "_reconstruct"),
        sequence(name("numpy", "ndarray"), integers(0), data(b"b")),
        state,
        b"N",
    )
    variables = b"](" + sequence(text("lod"), make + state + b"b") + sequence(text("w"), by_dill) + b"e"
    fields = table(version=number(4), name=text("G"), static_kwargs=b"}", variables=variables, components=b"}")
    return pickled(sequence(*[name("dnnlib.tflib.network", "Network") + b")\x81" + fields + b"b"] * 2))


CORPUS = [
    lambda: _torch(_checkpoint()),
    lambda: _torch(_checkpoint(), _use_new_zipfile_serialization=False),
    lambda: _torch(_module()),
    lambda: _torch(_module(), _use_new_zipfile_serialization=False),
    lambda: pickle.dumps(_module(), 4),
    lambda: pickle.dumps(_checkpoint(), 5),
    *(lambda protocol=protocol: pickle.dumps(_values(), protocol) for protocol in (2, 3, 4, 5)),
    _persistent,
    _network,
    lambda: pickled(data(stored()) + b"q\x000" + storage()),
]

"""The calls that the reader carries out itself: each makes a plain value or a tensor, and none runs code of others.

A call whose function is not in the table is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from torch import Tensor

from ganzoo.errors import UntrustedFile
from ganzoo.importing import arrays
from ganzoo.importing.keys import checked_key
from ganzoo.importing.modules import RECONSTRUCT
from ganzoo.importing.records import Record, Ref
from ganzoo.importing.showing import shown
from ganzoo.importing.tensors import dtype_of, rebuild

if TYPE_CHECKING:
    from ganzoo.importing.machine import Machine

Constructor = Callable[["Machine", tuple[Any, ...]], Any]

# Classes and functions whose calls become records: what they say may be wanted, what they do is not.
INERT = {
    "torch.device", "torch.serialization._get_layout", "functools.partial", "pathlib.PosixPath",
    "pathlib.PurePosixPath", "pathlib.WindowsPath", "pathlib.PureWindowsPath", "pathlib._local.PosixPath",
    "argparse.Namespace", "types.SimpleNamespace", "easydict.EasyDict", "dnnlib.util.EasyDict", "builtins.object",
    "builtins.slice", "builtins.range",
}  # fmt: skip


def call(machine: Machine, ref: Ref, arguments: tuple[Any, ...]) -> Any:
    """What a REDUCE gives. Raises: UntrustedFile, also for a function that is not in the table."""
    full = str(ref)
    if full in TABLE:
        fewest, most, constructor = TABLE[full]
        if not fewest <= len(arguments) <= most:
            raise UntrustedFile(f"it calls {full} with {len(arguments)} arguments")
        return constructor(machine, arguments)
    if full in INERT:
        machine.budget.take_objects(256)
        return Record(ref, arguments)
    if ref.name == RECONSTRUCT and ref.module.endswith("persistence"):
        return _persistent(machine, ref, arguments)
    return machine.refuse(f"it calls {full}, which is none of the functions that weights need")


def _persistent(machine: Machine, ref: Ref, arguments: tuple[Any, ...]) -> Record:
    """An object of a class that brings its own source: of the source only the hash stays."""
    if len(arguments) != 1 or not isinstance(arguments[0], (dict, Record)):
        raise UntrustedFile(f"it calls {ref} with something else than a table")
    meta = arguments[0].mapping if isinstance(arguments[0], Record) else arguments[0]
    source = meta.get("module_src")
    machine.budget.take_objects(256 + 64 * len(meta))
    kept = {key: value for key, value in meta.items() if key != "module_src"}
    if isinstance(source, str):
        kept["module_src_sha256"] = machine.digest(source)
    return Record(ref, (kept,))


def _tensor(machine: Machine, arguments: tuple[Any, ...]) -> Tensor:
    """torch._utils._rebuild_tensor(_v2)(storage, offset, size, stride, requires_grad, hooks, metadata)."""
    _check_metadata(arguments[6:])
    storage, offset, size, stride = arguments[:4]
    return rebuild(storage, offset, size, stride, machine.budget)


def _tensor_of_bytes(machine: Machine, arguments: tuple[Any, ...]) -> Tensor:
    """torch._utils._rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype, metadata)."""
    _check_metadata(arguments[7:])
    storage, offset, size, stride = arguments[:4]
    return rebuild(storage, offset, size, stride, machine.budget, dtype_of(arguments[6]))


def _check_metadata(given: tuple[Any, ...]) -> None:
    """What torch may write behind a tensor: that it is a lazy conjugate or negative."""
    if given not in ((), (None,), ({},)):
        raise UntrustedFile("a tensor is stored conjugated or negated")


def _parameter(machine: Machine, arguments: tuple[Any, ...]) -> Tensor:
    if not isinstance(arguments[0], Tensor):
        raise UntrustedFile(f"a parameter is made from {type(arguments[0]).__name__}, not from a tensor")
    return arguments[0]


def _tensor_with_attributes(machine: Machine, arguments: tuple[Any, ...]) -> Tensor:
    """torch._tensor._rebuild_from_type_v2(function, class, arguments, attributes): the attributes are dropped."""
    function, _, inner, _ = arguments
    known = isinstance(function, Ref) and str(function).startswith("torch._utils._rebuild_")
    if not known or type(inner) is not tuple:
        raise UntrustedFile("a tensor with attributes is made from something else than a tensor")
    return _parameter(machine, (call(machine, function, inner),))


def _storage(machine: Machine, arguments: tuple[Any, ...]) -> Any:
    if not isinstance(arguments[0], bytes):
        raise UntrustedFile(f"a storage is read from {type(arguments[0]).__name__}, not from bytes")
    return machine.nested(arguments[0])


def _draft(machine: Machine, arguments: tuple[Any, ...]) -> arrays.Draft:
    if arguments[0] != Ref("numpy", "ndarray"):
        raise UntrustedFile("an array is to be made of another class than numpy's")
    return arrays.Draft()


def _array_of_buffer(machine: Machine, arguments: tuple[Any, ...]) -> Tensor:
    """numpy's _frombuffer(data, dtype, shape, order, axis order)."""
    data, kind, shape, order, *rest = arguments
    if order not in ("C", "F") or any(part is not None for part in rest):
        raise UntrustedFile(f"an array is stored in the order {shown(order)}")
    return arrays.array(data, kind, shape, order == "F", machine.budget)


def _array_by_dill(machine: Machine, arguments: tuple[Any, ...]) -> Tensor:
    """dill's _create_array(function, arguments, state, attributes)."""
    function, inner, state, _ = arguments
    if function != Ref("numpy._core.multiarray", "_reconstruct") or type(inner) is not tuple or len(inner) != 3:
        raise UntrustedFile("dill makes an array by something else than numpy's function")
    _draft(machine, inner)
    return arrays.filled(state, machine.budget)


def _bytes(machine: Machine, arguments: tuple[Any, ...]) -> bytes:
    """_codecs.encode(text, "latin1"): how protocol 2 writes bytes."""
    text, encoding = arguments
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise UntrustedFile("it encodes something else than a text as latin1")
    machine.budget.take_objects(len(text))
    try:
        return text.encode("latin1")
    except UnicodeEncodeError as error:
        raise UntrustedFile("it encodes a text as latin1 that has other letters") from error


def _byte_array(machine: Machine, arguments: tuple[Any, ...]) -> bytes:
    """bytes() and bytearray(bytes): a number would ask for so many zeros."""
    if arguments and not isinstance(arguments[0], (bytes, bytearray)):
        raise UntrustedFile(f"bytes are made from {type(arguments[0]).__name__}")
    machine.budget.take_objects(len(arguments[0]) if arguments else 0)
    return bytes(arguments[0]) if arguments else b""


def _items(machine: Machine, arguments: tuple[Any, ...]) -> list[Any]:
    if arguments and not isinstance(arguments[0], (list, tuple)):
        raise UntrustedFile(f"a list, tuple or set is made from {type(arguments[0]).__name__}")
    machine.budget.take_objects(64 * len(arguments[0]) if arguments else 0)
    return list(arguments[0]) if arguments else []


def _set(machine: Machine, arguments: tuple[Any, ...]) -> set[Any]:
    return {checked_key(item, machine.budget) for item in _items(machine, arguments)}


def _dict(machine: Machine, arguments: tuple[Any, ...]) -> dict[Any, Any]:
    """dict, OrderedDict and defaultdict, of nothing or of pairs."""
    pairs = _items(machine, arguments)
    if any(not isinstance(pair, (list, tuple)) or len(pair) != 2 for pair in pairs):
        raise UntrustedFile("a dict is made from something else than pairs")
    return {checked_key(key, machine.budget): value for key, value in pairs}


def _reconstructor(machine: Machine, arguments: tuple[Any, ...]) -> Any:
    """copyreg._reconstructor(class, object, None): how old protocols make an object."""
    kind, base, state = arguments
    if not isinstance(kind, Ref) or base != Ref("builtins", "object") or state is not None:
        raise UntrustedFile("it reconstructs an object of a kind that is not read")
    return machine.new(kind, ())


TABLE: dict[str, tuple[int, int, Constructor]] = {
    "torch._utils._rebuild_tensor": (4, 4, _tensor),
    "torch._utils._rebuild_tensor_v2": (6, 7, _tensor),
    "torch._utils._rebuild_tensor_v3": (7, 8, _tensor_of_bytes),
    "torch._utils._rebuild_parameter": (1, 3, _parameter),
    "torch._utils._rebuild_parameter_with_state": (4, 4, _parameter),
    "torch._utils._rebuild_device_tensor_from_cpu_tensor": (4, 4, _parameter),
    "torch._utils._rebuild_device_tensor_from_numpy": (4, 4, _parameter),
    "torch._tensor._rebuild_from_type_v2": (4, 4, _tensor_with_attributes),
    "torch.storage._load_from_bytes": (1, 1, _storage),
    "torch.Size": (1, 1, lambda machine, arguments: tuple(_items(machine, arguments))),
    "numpy._core.multiarray._reconstruct": (3, 3, _draft),
    "numpy._core.multiarray.scalar": (2, 2, lambda machine, arguments: arrays.scalar(*arguments)),
    "numpy._core.numeric._frombuffer": (4, 5, _array_of_buffer),
    "numpy.dtype": (1, 3, lambda machine, arguments: arrays.dtype(arguments[0])),
    "dill._dill._create_array": (4, 4, _array_by_dill),
    "_codecs.encode": (2, 2, _bytes),
    "builtins.bytes": (0, 1, _byte_array),
    "builtins.bytearray": (0, 1, _byte_array),
    "builtins.set": (0, 1, _set),
    "builtins.frozenset": (0, 1, lambda machine, arguments: frozenset(_set(machine, arguments))),
    "builtins.list": (0, 1, _items),
    "builtins.tuple": (0, 1, lambda machine, arguments: tuple(_items(machine, arguments))),
    "builtins.dict": (0, 1, _dict),
    "collections.OrderedDict": (0, 1, _dict),
    "collections.defaultdict": (0, 1, lambda machine, arguments: {}),
    "copyreg._reconstructor": (3, 3, _reconstructor),
}

"""Pickled nn.Modules seen as trees of tensors and settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from ganzoo.errors import UntrustedFile
from ganzoo.importing.records import Record, Ref, Refused, plain

RECONSTRUCT = "_reconstruct_persistent_obj"  # how NVIDIA's persistent classes are pickled, whatever the module
INTERNAL = {
    "_parameters", "_buffers", "_modules", "_init_args", "_init_kwargs", "_non_persistent_buffers_set",
    "_backward_hooks", "_backward_pre_hooks", "_forward_hooks", "_forward_pre_hooks", "_is_full_backward_hook",
    "_forward_hooks_with_kwargs", "_forward_hooks_always_called", "_forward_pre_hooks_with_kwargs",
    "_state_dict_hooks", "_state_dict_pre_hooks", "_load_state_dict_pre_hooks", "_load_state_dict_post_hooks",
    "_orig_module_src", "_orig_class_name",
}  # fmt: skip
DEEPEST = 64
MOST_PARTS = 50_000
LONGEST_NAME = 256


@dataclass(eq=False)
class Module:
    """An nn.Module that was pickled.

    Attributes:
        class_name: without its module's path, which differs between published versions.
        ref: the class as the file names it; None for persistent classes, which bring their source instead.
        init_arguments, init_kwargs: what it was made with, where the file tells (persistent classes do).
        attributes: everything else in its `__dict__`: plain values, tensors, and records; nested settings as dicts.
        parameters, buffers: its own, in their order, without those that are None.
        children: likewise.
        source_sha256: of the source text that came with it, which was not kept.
    """

    class_name: str
    ref: Ref | None = None
    init_arguments: tuple[Any, ...] = ()
    init_kwargs: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Tensor] = field(default_factory=dict)
    buffers: dict[str, Tensor] = field(default_factory=dict)
    children: dict[str, Module] = field(default_factory=dict)
    source_sha256: str | None = None

    def modules(self) -> Iterator[tuple[str, Module]]:
        """Itself ("") and all modules below it by their dotted names, in the order of nn.Module.named_modules,
        but those that stand in several places appear in each."""
        count = 0  # a few modules that hold each other many times over would be endless
        waiting = [("", self)]
        while waiting:
            name, module = waiting.pop()
            count += 1 + len(module.parameters) + len(module.buffers)
            if count > MOST_PARTS:
                raise UntrustedFile(f"a network has more than {MOST_PARTS:,} modules and tensors")
            yield name, module
            if len(module.children) > MOST_PARTS:
                raise UntrustedFile(f"a module has {len(module.children)} children")
            children = [(f"{name}.{key}" if name else key, child) for key, child in module.children.items()]
            waiting.extend(reversed(children))

    def state_dict(self) -> dict[str, Tensor]:
        """Parameters and buffers (those outside of state dicts, too) by their dotted names, in the usual order."""
        return {
            f"{name}.{key}" if name else key: tensor
            for name, module in self.modules()
            for key, tensor in (*module.parameters.items(), *module.buffers.items())
        }


def is_module(value: Any) -> bool:
    """Whether a value is a pickled nn.Module, persistent or by reference."""
    state = _state(value)[0]
    return isinstance(state, dict) and isinstance(state.get("_parameters"), dict) and "_modules" in state


def as_module(value: Any) -> Module:
    """The module that a record holds. Raises: UntrustedFile if it holds none, or what it holds is malformed."""
    return _module(value, 0, {})


def _module(value: Any, depth: int, done: dict[int, Module]) -> Module:
    if isinstance(value, Refused):
        raise UntrustedFile(value.why)
    if depth > DEEPEST:
        raise UntrustedFile(f"modules nest deeper than {DEEPEST}, or in a circle")
    if not is_module(value):
        raise UntrustedFile(f"where a network was expected there is {_kind(value)}")
    if id(value) in done:
        return done[id(value)]
    state, class_name, source = _state(value)
    persistent = value.ref.name == RECONSTRUCT
    arguments, kwargs = plain(state.get("_init_args", ())), plain(state.get("_init_kwargs", {}))
    module = Module(
        class_name,
        None if persistent else value.ref,
        arguments if isinstance(arguments, tuple) else (),
        _named({} if kwargs is None else kwargs, "init_kwargs"),
        {key: plain(inner) for key, inner in _named(state, "attributes").items() if key not in INTERNAL},
        _tensors(state["_parameters"], class_name),
        _tensors(state.get("_buffers", {}), class_name),
        source_sha256=source,
    )
    for name, child in _named(state["_modules"], f"children of {class_name}").items():
        if child is not None:
            module.children[name] = _module(child, depth + 1, done)
    done[id(value)] = module
    return module


def _state(value: Any) -> tuple[Any, str, str | None]:
    """`__dict__`, class name and hash of the source of a pickled object; (None, "", None) if it is none."""
    if not isinstance(value, Record):
        return None, "", None
    if value.ref.name != RECONSTRUCT:
        return value.state, value.ref.name, None
    meta = value.arguments[0] if len(value.arguments) == 1 else None
    meta = meta.mapping if isinstance(meta, Record) else meta
    if not isinstance(meta, dict) or not isinstance(meta.get("class_name"), str):
        return None, "", None
    source = meta.get("module_src_sha256")
    return meta.get("state"), meta["class_name"], source if isinstance(source, str) else None


def _tensors(value: Any, owner: str) -> dict[str, Tensor]:
    found = {key: inner for key, inner in _named(value, f"tensors of {owner}").items() if inner is not None}
    for key, inner in found.items():
        if not isinstance(inner, Tensor):
            raise UntrustedFile(f"{owner}.{key:.80} is {_kind(inner)}, not a tensor")
    return found


def _named(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict) or any(not isinstance(key, str) or len(key) > LONGEST_NAME for key in value):
        raise UntrustedFile(f"the {what} are {_kind(value)}, not a table of names")
    return value


def _kind(value: Any) -> str:
    if isinstance(value, Refused):
        return value.why
    return f"an object {value.ref}" if isinstance(value, Record) else f"a value of type {type(value).__name__}"

"""Networks of the TensorFlow StyleGANs, pickled as variables and settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ganzoo.errors import UntrustedFile
from ganzoo.importing.records import Record, plain
from ganzoo.importing.showing import shown

DEEPEST = 4
MOST_VARIABLES = 50_000
LONGEST_NAME = 256


@dataclass(eq=False)
class Network:
    """`dnnlib.tflib.network.Network`.

    Attributes:
        name: "G", "D", "Gs", "G_mapping", ...
        version: of the pickled form.
        variables: its own and those of its components ("mapping/Dense0/weight"), by name.
        static_kwargs: the settings that it was built with.
        function: name of the function that built it.
        components: the networks that it is made of, by name ("mapping", "synthesis").
    """

    name: str
    version: int
    variables: dict[str, Tensor]
    static_kwargs: dict[str, Any]
    function: str
    components: dict[str, Network]


def is_network(value: Any) -> bool:
    """Whether a value is a pickled Network."""
    return isinstance(value, Record) and value.ref.name == "Network" and "variables" in (_fields(value) or {})


def as_network(value: Any) -> Network:
    """The network that a record holds. Raises: UntrustedFile if it holds none, or what it holds is malformed."""
    return _network(value, 0, [MOST_VARIABLES])


def _network(value: Any, depth: int, left: list[int]) -> Network:
    """`left` counts down: a few networks that hold each other many times over would be endless."""
    fields = _fields(value) if is_network(value) else None
    if fields is None or depth > DEEPEST:
        raise UntrustedFile("where a TensorFlow network was expected there is something else")
    kwargs, components = plain(fields.get("static_kwargs", {})), fields.get("components", {})
    components = components.mapping if isinstance(components, Record) else components
    variables, pairs = {}, fields["variables"]
    for name, value in pairs.items() if isinstance(pairs, dict) else _pairs(pairs):
        value = torch.tensor(value) if isinstance(value, float) else value  # numpy scalars, as TensorFlow gives them
        if not isinstance(name, str) or len(name) > LONGEST_NAME or not isinstance(value, Tensor):
            raise UntrustedFile(f"the variable {shown(name)} of a TensorFlow network is no array")
        variables[name] = value
    if not isinstance(kwargs, dict) or not isinstance(components, dict):
        raise UntrustedFile("a TensorFlow network without settings or components")
    parts: dict[str, Network] = {}
    for name, part in components.items():
        if not isinstance(name, str) or len(name) > LONGEST_NAME:
            raise UntrustedFile(f"a component of a TensorFlow network is called {shown(name)}")
        parts[name] = _network(part, depth + 1, left)
        variables |= {f"{name}/{key}": tensor for key, tensor in parts[name].variables.items()}
    left[0] -= 1 + len(variables)
    if left[0] < 0:
        raise UntrustedFile(f"a TensorFlow network has more than {MOST_VARIABLES:,} variables")
    version = fields.get("version")
    return Network(
        _text(fields.get("name")), version if isinstance(version, int) else 0, variables, kwargs,
        _text(fields.get("build_func_name")), parts,
    )  # fmt: skip


def _fields(record: Record) -> dict[str, Any] | None:
    state = record.state.mapping if isinstance(record.state, Record) else record.state
    return state if isinstance(state, dict) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    if not isinstance(value, list) or any(not isinstance(pair, (tuple, list)) or len(pair) != 2 for pair in value):
        raise UntrustedFile("the variables of a TensorFlow network are no list of names and arrays")
    return [(pair[0], pair[1]) for pair in value]

"""Taking somebody else's table of tensors apart: every tensor goes to a place of ours, and none is left."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from ganzoo.creation import create
from ganzoo.errors import ConfigError, UntrustedFile
from ganzoo.gan import GAN
from ganzoo.weights import mismatches, named_tensors, table


class Taking:
    """The tensors of a state dict that nobody has taken yet, and those that have found their place.

    Args:
        state: names to tensors, as a file holds them.
        what: the file, for messages.

    Attributes:
        found: our names to tensors, float32.

    Raises: UntrustedFile for what is no state dict.
    """

    def __init__(self, state: Any, what: str) -> None:
        if not is_state(state):
            raise UntrustedFile(f"{what} holds no table of tensors")
        self.left, self.what = dict(state), what
        self.found: dict[str, Tensor] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.left

    def shape(self, name: str) -> tuple[int, ...]:
        """Of a tensor that is still there. Raises: UntrustedFile."""
        return tuple(self._there(name).shape)

    def take(self, name: str) -> Tensor:
        """A tensor, in float32, which then is no longer left. Raises: UntrustedFile if it is not there."""
        tensor = self._there(name)
        del self.left[name]
        return tensor.float()

    def drop(self, *endings: str) -> None:
        """Leave tensors alone whose names end so."""
        self.left = {name: tensor for name, tensor in self.left.items() if not name.endswith(endings)}

    def put(self, ours: str, tensor: Tensor) -> None:
        self.found[ours] = tensor.contiguous()

    def move(self, theirs: str, ours: str) -> None:
        self.put(ours, self.take(theirs))

    def put_normalised(self, ours: str, weight: Tensor, u: Tensor, v: Tensor) -> None:
        """A weight (rows, ...) that is divided by u . W v where it is used."""
        place = f"{ours}.parametrizations.weight"
        self.put(f"{place}.original", weight)
        self.put(f"{place}.0._u", u)
        self.put(f"{place}.0._v", v)

    def finish(self) -> None:
        """Raises: UntrustedFile if tensors are left."""
        if self.left:
            raise UntrustedFile(f"{self.what} holds tensors that have no place: {', '.join(list(self.left)[:6])}")

    def _there(self, name: str) -> Tensor:
        if name not in self.left:
            raise UntrustedFile(f"{self.what} holds no tensor {name}")
        return self.left[name]


def is_state(value: Any) -> bool:
    """Whether a value is a table of tensors by name, and not empty."""
    named = isinstance(value, dict) and all(isinstance(name, str) for name in value)
    return named and bool(value) and all(isinstance(part, Tensor) for part in value.values())


def one_power_iteration(weight: Tensor, u: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """The vectors u (rows,) and v (columns,) of a weight (rows, ...) after one step of the power method from u."""
    matrix = weight.flatten(1)
    v = normalize(u.flatten() @ matrix, dim=0, eps=eps)
    return normalize(matrix @ v, dim=0, eps=eps), v


def built(name: str, config: dict[str, Any], tensors: dict[str, Tensor], what: str) -> GAN:
    """The GAN of a config with these tensors; it only samples if there are none of a discriminator.

    Raises: UntrustedFile where config and tensors do not fit.
    """
    try:
        with torch.device("meta"):
            gan = create(name, **config)
    except ConfigError as error:
        raise UntrustedFile(f"{what} describes no {name}: {error.message}") from error
    if not any(part.startswith("discriminator.") for part in tensors):
        gan.keep_only_sampling()
    if problems := mismatches(table(named_tensors(gan)), table(tensors)):
        raise UntrustedFile(f"{what} does not fit what it describes: {'; '.join(problems[:6])}")
    gan.load_state_dict(tensors, assign=True)
    return gan

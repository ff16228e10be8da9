"""Models of earlier revisions, turned into what the present one saves.

An architecture whose saved models changed (their tensors' names, shapes, or what these mean) raises its entry's
`revision` and names a function:

    def migrate(config, tensors, from_revision):
        if from_revision < 2:
            config["depth"] = 3                                                # revision 1 had no choice
        if from_revision < 3:
            tensors = {name.replace("body.", "generator."): t for name, t in tensors.items()}
        return config, tensors

It is given copies of the architecture's config and of the tensors of one file, by name: either what sampling needs,
or the weights of all players. So it must not count on a tensor being there. It returns what a model of the present
revision would have saved, and is checked as strictly as such a file. It is first called with tensors on the meta
device, which have shapes and no values, so that a file that does not fit is refused before memory is taken; it may
therefore use torch's functions, but not ask for values (`.item()`, numpy). New tensors may be drawn from torch's global
generator, which is seeded for it, so that every load gives the same model.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from ganzoo.core.entries import Architecture
from ganzoo.core.registered import Registered, load_target
from ganzoo.errors import ModelDirectoryError, TargetError
from ganzoo.model_config import too_large
from ganzoo.tensor_header import Table
from ganzoo.weights import table

MOST_GROWTH = 4  # times what the file holds
ROOM = 64 * 2**20  # bytes that a migrated model may have in any case

Migrate = Callable[[dict[str, Any], dict[str, Tensor], int], tuple[dict[str, Any], dict[str, Tensor]]]


class Migration:
    """The way from a revision to the present one; none, if it is the present one already.

    Args:
        found: the architecture.
        revision: what was saved; not newer than the entry's.
        what: was saved, for messages.

    Raises: TargetError if the entry's `migrate` cannot be imported or is no function.
    """

    def __init__(self, found: Registered[Architecture], revision: int, *, what: str) -> None:
        self.found, self.revision, self.what = found, revision, what
        self.function: Migrate | None = None
        if revision != found.entry.revision and found.entry.migrate:
            subject = f"`migrate` of {found.name}"
            self.function = load_target(found.entry.migrate, what=subject, provider=found.provider)
            if not callable(self.function):
                raise TargetError(f"{subject} names {found.entry.migrate}, which is no function")

    def plan(self, config: Mapping[str, Any], stored: Table) -> tuple[dict[str, Any], Table]:
        """What config and tensors will be, from the header of a file alone. Takes no memory for the tensors.

        Raises: ModelDirectoryError if the function fails on them, TargetError if it gives anything else.
        """
        if self.function is None:
            return dict(config), stored
        try:
            with torch.device("meta"):
                tensors = {
                    name: torch.empty(shape, dtype=getattr(torch, kind)) for name, (shape, kind) in stored.items()
                }
        except RuntimeError as error:
            raise ModelDirectoryError(f"{self.what} has a tensor that cannot be: {error}") from error
        with torch.device("meta"):
            settings, migrated = self._call(config, tensors)
        if problems := too_large(settings):
            raise ModelDirectoryError(f"{self.what}: migrated, {'; '.join(problems[:8])}")
        before, after = (sum(t.numel() * t.element_size() for t in kept.values()) for kept in (tensors, migrated))
        if after > MOST_GROWTH * before + ROOM:
            raise ModelDirectoryError(f"{self.what} holds {before} bytes of tensors, and migrated would take {after}")
        return settings, table(migrated)

    def apply(self, config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The tensors of the present revision, in the plain memory layout. Raises: as `plan`."""
        if self.function is None:
            return dict(tensors)
        return {name: tensor.detach().contiguous() for name, tensor in self._call(config, tensors)[1].items()}

    def _call(
        self, config: Mapping[str, Any], tensors: Mapping[str, Tensor]
    ) -> tuple[dict[str, Any], dict[str, Tensor]]:
        assert self.function is not None
        function, provider = self.found.entry.migrate, self.found.provider
        steps = f"from revision {self.revision} to {self.found.entry.revision}"
        try:
            with torch.no_grad(), torch.random.fork_rng([]):
                torch.manual_seed(0)
                made = self.function(copy.deepcopy(dict(config)), dict(tensors), self.revision)
        except Exception as error:
            raise ModelDirectoryError(
                f"{self.what} cannot be migrated {steps}: {type(error).__name__}: {error}",
                hint=f"if it is sound, tell the authors of {provider} that {function} fails on it",
            ) from error
        if not (isinstance(made, tuple) and len(made) == 2 and _is_config(made[0]) and _are_tensors(made[1])):
            raise TargetError(
                f"{function} ({provider}) returned {type(made).__name__}, not (config, tensors)",
                hint="it returns two mappings: of settings, and of names to tensors",
            )
        return dict(made[0]), dict(made[1])


def _is_config(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(name, str) for name in value)


def _are_tensors(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(k, str) and isinstance(v, Tensor) for k, v in value.items())

"""A GAN to try penalties and techniques on: the first of a few small ones that does not refuse them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ganzoo.core import components, entries, registry
from ganzoo.core.entries import Entry
from ganzoo.core.registered import Registered
from ganzoo.creation import create
from ganzoo.data import Data
from ganzoo.data.loading import load_data
from ganzoo.errors import CompatibilityError
from ganzoo.gan import GAN
from ganzoo.testing.requirement import CheckFailed
from ganzoo.training.plan import settle
from ganzoo.training.run import Run

ROUNDS = 6
BATCH_SIZE = 8
BUILT_IN = ("ganzoo.gan", "ganzoo.wgan-gp", "ganzoo.dcgan", "ganzoo.cgan")


class Stage:
    """Sets up small runs with one component.

    Args:
        found: the component.
        field: where a run takes it: "penalties" or "techniques".
    """

    def __init__(self, found: Registered[Any], field: str) -> None:
        self.found, self.field = found, field
        self.component = {"name": found.name, **found.entry.tiny}
        self._chosen: tuple[str, Data] | None = None

    @property
    def kind(self) -> type[Entry]:
        return type(self.found.entry)

    def build(self) -> Any:
        """The component itself."""
        return components.build(self.kind, self.component)

    def gan(self, seed: int = 0) -> tuple[GAN, Data]:
        """A new GAN that takes the component, and its data. Raises: CheckFailed if there is none."""
        if self._chosen is None:
            self._chosen = self._choose()
        name, data = self._chosen
        entry = registry.find((entries.Architecture, entries.Recipe), name).entry
        return create(name, data=data, seed=seed, **entry.tiny), data

    def settings(self, *, with_it: bool = True) -> dict[str, Any]:
        """Of a short run, with the component or without."""
        fields: dict[str, Any] = {"penalties": [], "techniques": []}
        if with_it:
            fields[self.field] = [self.component]
        return {"rounds": ROUNDS, "batch_size": BATCH_SIZE, "log_every": 2, "samples_every": 3, "seed": 1, **fields}

    def run(self, *, with_it: bool = True) -> Run:
        """A run that has not played yet."""
        gan, data = self.gan()
        return Run(gan, data, settle(gan, **self.settings(with_it=with_it)))

    def _choose(self) -> tuple[str, Data]:
        refusals = []
        for name, data in self._candidates():
            entry = registry.find((entries.Architecture, entries.Recipe), name).entry
            gan = create(name, data=data, seed=0, **entry.tiny)
            try:
                Run(gan, data, settle(gan, **self.settings()))
            except CompatibilityError as error:
                refusals.append(f"{name}: {error.message}")
                continue
            return name, data
        raise CheckFailed(
            "no GAN takes it: " + "; ".join(refusals[:4]),
            mend="refuse only what makes no sense, or bring an architecture that takes it in the same plugin",
        )

    def _candidates(self) -> Iterator[tuple[str, Data]]:
        """The plugin's own architectures last: built-in ones are known to be sound."""
        own = [f.name for f in registry.entries(entries.Architecture) if f.provider == self.found.provider]
        for name in dict.fromkeys((*BUILT_IN, *own)):
            entry = registry.find((entries.Architecture, entries.Recipe), name).entry
            if isinstance(entry, entries.Recipe):
                entry = registry.find(entries.Architecture, entry.architecture).entry
            yield name, load_data(dict(entry.tiny_data))

"""One check of one thing, and the list of all of them for a plugin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from ganzoo.core import registry
from ganzoo.core.registered import Registered
from ganzoo.testing import behaviour as of_behaviour
from ganzoo.testing import entry as of_entries
from ganzoo.testing import plugin as of_plugins
from ganzoo.testing.requirement import NotTried

Function = Callable[[Any], None]

# Where the checks of each kind live: imported when a plugin has an entry of that kind, as they import torch.
OF_KIND = {
    "architecture": "ganzoo.testing.architectures",
    "recipe": "ganzoo.testing.architectures",
    "loss": "ganzoo.testing.losses",
    "penalty": "ganzoo.testing.penalties",
    "technique": "ganzoo.testing.techniques",
    "latent": "ganzoo.testing.latents",
    "optimizer": "ganzoo.testing.optimizers",
    "dataset": "ganzoo.testing.datasets",
    "metric": "ganzoo.testing.metrics",
    "importer": "ganzoo.testing.importers",
}


@dataclass(frozen=True)
class Case:
    """A check, bound to what it checks; calling it raises an AssertionError if something is wrong.

    Args:
        id: such as "mygan::saves_and_loads"; "plugin::loads" for checks of the plugin as a whole.
        function: takes `subject`; its docstring says what is asked, its attribute `since` from which version on.
        subject: the plugin or entry, and what the checks of it share.
        found: the entry; None for the plugin.
        declared: the entry as other checks of it know it; None for the plugin.
    """

    id: str
    function: Function
    subject: Any
    found: Registered[Any] | None
    declared: of_entries.EntryTrial | None = None

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def since(self) -> str:
        return str(getattr(self.function, "since", ""))

    @property
    def asks(self) -> str:
        """What is asked, in one sentence."""
        return (self.function.__doc__ or "").strip().splitlines()[0]

    def __call__(self) -> None:
        """Raises: AssertionError; NotTried where the target is wrong, which one check of the entry says."""
        needs_target = self.declared is not None and self.function not in of_entries.CHECKS
        if needs_target and self.declared and self.declared.wrong_with_target:
            raise NotTried("its target is wrong")
        self.function(self.subject)


def iter_checks(
    namespace: str, *, fingerprints: str | Path | None = None, evidence: str | Path | None = None
) -> Iterator[Case]:
    """Every check of a plugin and of each of its entries.

    Args:
        namespace: of the plugin; "ganzoo" is the built-in zoo, "local" what was added to this process.
        fingerprints: file of what the state of each architecture looked like; see `ganzoo.testing.fingerprints`.
            Without one, that check is left out.
        evidence: folder of what the behavioural checks measured; see `ganzoo.testing.behaviour`. Entries of which it
            holds nothing are not asked about it.

    Raises: UnknownName.
    """
    plugin = of_plugins.PluginTrial(namespace)
    for function in _of_plugin(plugin):
        yield Case(f"plugin::{function.__name__}", function, plugin, None)
    if plugin.status.state != "ok":
        return
    provider = plugin.status.provider
    owned = [found for found in registry.entries(deprecated=True) if found.provider == provider]
    doubled = {name for name, n in Counter(found.entry.name for found in owned).items() if n > 1}
    for found in owned:
        prefix = f"{found.entry.kind}:" if found.entry.name in doubled else ""
        declared = of_entries.EntryTrial(found)
        for function, subject in _of_entry(
            declared, *(None if p is None else Path(p) for p in (fingerprints, evidence))
        ):
            yield Case(f"{prefix}{found.entry.name}::{function.__name__}", function, subject, found, declared)


def _of_plugin(plugin: of_plugins.PluginTrial) -> list[Function]:
    chosen = of_plugins.CHECKS if plugin.status.state == "ok" else of_plugins.WHEN_BROKEN
    if not plugin.installed:
        return [function for function in chosen if function is not of_plugins.imports_nothing_heavy]
    return list(chosen)


def _of_entry(
    declared: of_entries.EntryTrial, fingerprints: Path | None, evidence: Path | None
) -> Iterator[tuple[Function, Any]]:
    found = declared.found
    for function in of_entries.CHECKS:
        yield function, declared
    if isinstance(found.entry, of_entries.SETTABLE):
        for function in of_entries.OF_SETTINGS:
            yield function, declared
    if found.entry.check:
        behaviour = of_behaviour.CheckTrial(found, evidence)
        yield of_behaviour.check_begins, behaviour
        if behaviour.folder is not None:
            yield of_behaviour.evidence_is_fresh, behaviour
    if found.entry.kind in OF_KIND and not (found.entry.deprecated and found.entry.replaced_by):
        module = import_module(OF_KIND[found.entry.kind])
        subject = module.trial_of(found, fingerprints)
        for function in module.checks_of(found, fingerprints):
            yield function, subject


def unknown_ids(expected_failures: Mapping[str, str], cases: list[Case]) -> list[str]:
    """The ids that no case has."""
    return sorted(set(expected_failures) - {case.id for case in cases})

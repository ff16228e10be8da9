"""What a plugin registers: plain frozen data, one class per kind of thing.

An entry names the object that it stands for by a "module:attribute" string, so that listing the zoo imports
nothing heavy. The host adds the namespace (the entry point's name); an entry cannot choose it.

Kinds without fields of their own inherit being a dataclass: making one takes milliseconds, at every start.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TARGET = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
SUMMARY_LENGTH = 88


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What all kinds share.

    Args:
        name: kebab-case and unique within its kind and plugin, such as "wgan-gp".
        summary: one line for `ganzoo list`, at most 88 characters.
        target: "module:attribute" of the object, imported on first use only.
        paper: where the idea was published, such as "arXiv:1406.2661".
        year: of the paper.
        tags: words that `ganzoo list` finds the entry by.
        aliases: other names that lead to the entry.
        license: SPDX id, where it is not the plugin's own.
        deprecated: why the entry should no longer be used; it is hidden from lists and warns on use.
        replaced_by: the name to use instead.
        check: "module:attribute" of the entry's behavioural check.
        tiny: settings with which the entry is small and quick enough for tests.
    """

    kind: ClassVar[str] = "entry"

    name: str
    summary: str
    target: str = ""
    paper: str | None = None
    year: int | None = None
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    license: str | None = None
    deprecated: str | None = None
    replaced_by: str | None = None
    check: str | None = None
    tiny: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (self.name, *self.aliases):
            if not isinstance(name, str) or not NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no entry name: use lower-case words joined by '-', such as 'wgan-gp'")
        if not isinstance(self.summary, str) or not self.summary or "\n" in self.summary:
            raise ValueError(f"{self.name}: summary must be one line of text")
        if len(self.summary) > SUMMARY_LENGTH:
            raise ValueError(f"{self.name}: summary has {len(self.summary)} characters, at most {SUMMARY_LENGTH} fit")
        for label, target in (("target", self.target), ("check", self.check)):
            if target and not TARGET.fullmatch(target):
                raise ValueError(f"{self.name}: {label} {target!r} is not of the form 'module:attribute'")
        if not self.target and not isinstance(self, Recipe):
            raise ValueError(f"{self.name}: target is missing ('module:attribute')")


@dataclass(frozen=True, kw_only=True)
class Architecture(Entry):
    """A GAN: `target` is a subclass of `ganzoo.GAN`.

    Args:
        modality: the kinds of data that it can be trained on: "image", "points", "tokens", ...
        revision: raised whenever a saved model's keys, shapes or meaning change.
        migrate: "module:attribute" of a function (config, tensors, from_revision) -> (config, tensors): it turns what
            an earlier revision saved into what the present one saves; see `ganzoo.migration`.
        requires: the versions of its distribution that read what it saves, such as ">=0.4", where having the revision
            is not enough; every saved model holds it.
        tiny: constructor arguments that make a model small enough to train a round in well under a second,
            and still take it through every phase, penalty and player.
        tiny_data: the data set (and its arguments) that the tiny model is tried on; left out, `digits` of 8 x 8 pixels.
    """

    kind: ClassVar[str] = "architecture"

    modality: tuple[str, ...] = ("image",)
    revision: int = 1
    migrate: str | None = None
    requires: str = ""
    tiny_data: Mapping[str, Any] = field(default_factory=lambda: {"name": "digits", "image_size": 8})

    def __post_init__(self) -> None:
        super().__post_init__()
        if type(self.revision) is not int or self.revision < 1:
            raise ValueError(f"{self.name}: revision {self.revision!r} is not 1 or more")
        if self.migrate and not TARGET.fullmatch(self.migrate):
            raise ValueError(f"{self.name}: migrate {self.migrate!r} is not of the form 'module:attribute'")
        if self.requires:
            from packaging.specifiers import InvalidSpecifier, SpecifierSet

            try:
                SpecifierSet(self.requires)
            except InvalidSpecifier:
                raise ValueError(f"{self.name}: requires {self.requires!r} is no range of versions: '>=0.4'") from None


@dataclass(frozen=True, kw_only=True)
class Recipe(Entry):
    """An architecture with settings of its own, trained and listed like an architecture.

    Args:
        architecture: its short or qualified name.
        config: constructor arguments that differ from the architecture's defaults.
        loss: a name, or a mapping with "name" and the loss's arguments; None keeps the architecture's.
        penalties, techniques: likewise, as tuples; None keeps the architecture's.
        players: per player, settings that differ: "steps", "schedule", "clip", "optimizer", and the
            optimiser's arguments.
        training: "batch_size", "rounds", "ema" where they differ.
        tiny: constructor arguments for tests, on top of `config`.
    """

    kind: ClassVar[str] = "recipe"

    architecture: str
    config: Mapping[str, Any] = field(default_factory=dict)
    loss: str | Mapping[str, Any] | None = None
    penalties: tuple[str | Mapping[str, Any], ...] | None = None
    techniques: tuple[str | Mapping[str, Any], ...] | None = None
    players: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)


class Loss(Entry):
    """An adversarial loss: `target` is a subclass of `ganzoo.losses.Loss`."""

    kind: ClassVar[str] = "loss"


class Penalty(Entry):
    """A term added to one player's loss: `target` is a subclass of `ganzoo.penalties.Penalty`."""

    kind: ClassVar[str] = "penalty"


class Technique(Entry):
    """A change to training that any architecture can take: a subclass of `ganzoo.techniques.Technique`."""

    kind: ClassVar[str] = "technique"


class Latent(Entry):
    """A prior of the generator's input: `target` is a subclass of `ganzoo.latents.Latent`."""

    kind: ClassVar[str] = "latent"


class Optimizer(Entry):
    """`target` is a function (parameters, **settings) -> torch.optim.Optimizer."""

    kind: ClassVar[str] = "optimizer"


class Dataset(Entry):
    """`target` is a function (**settings) -> `ganzoo.data.Data`."""

    kind: ClassVar[str] = "dataset"


class Metric(Entry):
    """`target` is a function that turns samples (and what they are compared with) into a number."""

    kind: ClassVar[str] = "metric"


class Importer(Entry):
    """A format of somebody else's weights: `target` is a subclass of `ganzoo.importing.importer.Importer`.

    `license` is that of the weights which such files hold as a rule: an SPDX id, "LicenseRef-..." for one that is not
    on SPDX's list, or "unknown".
    """

    kind: ClassVar[str] = "importer"


class Command(Entry):
    """`target` is a click command, added to `ganzoo` under the entry's name."""

    kind: ClassVar[str] = "command"


KINDS: dict[str, type[Entry]] = {
    kind.kind: kind
    for kind in (
        Architecture, Recipe, Loss, Penalty, Technique, Latent, Optimizer, Dataset, Metric, Importer, Command,
    )
}  # fmt: skip

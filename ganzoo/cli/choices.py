"""What `--set key=value` and its relatives mean for one run: every value typed by whatever it configures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ganzoo.core import components, configuration, entries, registry
from ganzoo.core.entries import Entry
from ganzoo.errors import ConfigError
from ganzoo.game import Component

PLAYER_SETTINGS: dict[str, Any] = {
    "steps": int,
    "batch_size": int,
    "accumulate": int,
    "schedule": str,
    "clip": float | None,
    "optimizer": str,
}


@dataclass
class Choices:
    """Settings by key, with or without a dotted prefix; what is used is taken out, and the rest is an error."""

    texts: dict[str, str]

    @classmethod
    def of(cls, assignments: Sequence[str]) -> Choices:
        return cls(configuration.assignments(assignments))

    def take(self, prefix: str) -> dict[str, str]:
        """The settings of one prefix, without it; "" takes those without a dot."""
        if prefix:
            taken = {key: text for key, text in self.texts.items() if key.startswith(f"{prefix}.")}
        else:
            taken = {key: text for key, text in self.texts.items() if "." not in key}
        for key in taken:
            del self.texts[key]
        return {key.removeprefix(f"{prefix}.") if prefix else key: text for key, text in taken.items()}

    def component(self, kind: type[Entry], component: Component, prefix: str | None = None) -> dict[str, Any]:
        """A component with the settings that were given for it, under its prefix (by default its short name)."""
        registered, arguments = components.resolve(kind, component)
        texts = self.take(prefix or registered.entry.name)
        typed = read(registered.load(), texts, what=f"{kind.kind} {registered.entry.name}")
        return {"name": registered.name, **arguments, **typed}

    def config(self, target: Any, *, what: str) -> dict[str, Any]:
        """Constructor arguments: those without a dot, and those of a component that is one ("latent.limit=2")."""
        config = read(target, self.take(""), what=what)
        for parameter in configuration.parameters(target):
            if parameter.name in LATENTS and (nested := self.take(parameter.name)):
                chosen = config.get(parameter.name, parameter.default)
                registered, arguments = components.resolve(entries.Latent, chosen)
                typed = read(registered.load(), nested, what=f"latent {registered.entry.name}")
                config[parameter.name] = {"name": registered.name, **arguments, **typed}
        return config

    def player(self, name: str, optimizer: Mapping[str, Any]) -> dict[str, Any]:
        """A player's settings; those that are no settings of players are its optimiser's."""
        texts = self.take(name)
        own = {key: texts.pop(key) for key in list(texts) if key in PLAYER_SETTINGS}
        typed = {
            key: configuration.parse(text, PLAYER_SETTINGS[key], what=f"{name}.{key}") for key, text in own.items()
        }
        chosen = typed.get("optimizer", optimizer["name"])
        factory = registry.find(entries.Optimizer, chosen).load()
        return typed | read(factory, texts, what=f"{name}'s optimiser {chosen}")

    def finish(self, prefixes: Sequence[str]) -> None:
        """Raises: ConfigError naming the settings that nothing has taken."""
        if self.texts:
            raise ConfigError(
                f"nothing here is set by {', '.join(map(repr, self.texts))}",
                hint=f"a key has no dot, or begins with one of: {', '.join(f'{prefix}.' for prefix in prefixes)}",
            )


LATENTS = ("latent",)


def read(target: Any, texts: Mapping[str, str], *, what: str) -> dict[str, Any]:
    """Texts as values of the types that `target`'s arguments have. Raises: ConfigError for an unknown key."""
    known = {parameter.name: parameter.annotation for parameter in configuration.parameters(target)}
    unknown = {key: text for key, text in texts.items() if key not in known}
    if unknown:
        configuration.complete(target, unknown, what=what)
    return {key: configuration.parse(text, known[key], what=f"{what}: {key}") for key, text in texts.items()}

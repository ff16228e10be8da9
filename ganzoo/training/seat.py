"""A player at the table: its parameters, optimiser, readers of data and random stream."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from ganzoo.core import components, configuration, entries
from ganzoo.data import Data, Reader
from ganzoo.errors import ConfigError
from ganzoo.game import Batch, Component, Player
from ganzoo.gan import GAN
from ganzoo.streams import derive, generator
from ganzoo.training.plan import Plan

SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda progress: 1.0,
    "linear": lambda progress: min(1.0, 2.0 * (1.0 - progress)),
    "cosine": lambda progress: 0.5 * (1.0 + math.cos(math.pi * progress)),
    "exponential": lambda progress: math.exp(-3.0 * progress),
}
OWN_SETTINGS = ("steps", "schedule", "clip", "batch_size", "accumulate")


class Seat:
    """What one player needs to take its turns in a run.

    Raises: ConfigError for settings that the player or its optimiser does not have.
    """

    def __init__(self, player: Player, gan: GAN, data: Data, plan: Plan, device: torch.device) -> None:
        self.player = player
        self.name = player.name
        chosen = {**plan.players.get("all", {}), **plan.players.get(player.name, {})}
        own = {name: chosen.pop(name) for name in OWN_SETTINGS if name in chosen}
        self.steps = _at_least_one(player, "steps", own.get("steps", player.steps))
        self.clip: float | None = own.get("clip", player.clip)
        self.schedule = _schedule(player, own.get("schedule", player.schedule))
        self.batch_size = _at_least_one(player, "batch_size", own.get("batch_size", plan.batch_size))
        self.accumulate = _at_least_one(player, "accumulate", own.get("accumulate", 1))
        self.parameters = _parameters(gan, player)
        self.rng = generator(plan.seed, "latent", player.name, device=device)
        self.optimizer_rng = generator(plan.seed, "optimizer", player.name, device=device)
        self.optimizer = self._build_optimizer(optimizer_settings(gan, player, chosen))
        self.rates = [group["lr"] for group in self.optimizer.param_groups]
        self.readers: dict[str, Reader] = {
            stream: data.reader(
                stream,
                batch_size=_part(player, player.batch.get(stream, self.batch_size), self.accumulate),
                seed=derive(plan.seed, "data", stream, player.name),
            )
            for stream in player.streams
        }

    def _build_optimizer(self, settings: dict[str, Any]) -> torch.optim.Optimizer:
        registered, _ = components.resolve(entries.Optimizer, settings)
        stream = {"generator": self.optimizer_rng} if "generator" in _argument_names(registered.load()) else {}
        skip = ("parameters", "generator")
        return components.build(entries.Optimizer, settings, skip=skip, parameters=self.parameters, **stream)

    def draw(self) -> Batch:
        """The player's next batch: flat for one stream, one per stream name for several."""
        if len(self.readers) == 1:
            return next(iter(self.readers.values())).next()
        return {stream: reader.next() for stream, reader in self.readers.items()}

    def set_rate(self, progress: float) -> None:
        """Set the learning rate for the run's progress in [0, 1]."""
        factor = self.schedule(progress)
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor

    def state_dict(self) -> dict[str, Any]:
        optimizer = self.optimizer.state_dict()
        return {
            "optimizer": optimizer["state"],
            "readers": {stream: reader.state_dict() for stream, reader in self.readers.items()},
            "rng": self.rng.get_state(),
            "optimizer_rng": self.optimizer_rng.get_state(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        slots = {int(index): dict(slot) for index, slot in state["optimizer"].items()}
        for index, slot in slots.items():
            parameter = self.parameters[index]
            for name, value in slot.items():
                if isinstance(value, Tensor) and value.shape == parameter.shape:
                    # The layout of a slot must be its parameter's: fused kernels walk through both in memory order.
                    slot[name] = torch.empty_like(parameter, dtype=value.dtype).copy_(value)
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": slots, "param_groups": groups})
        for stream, reader in self.readers.items():
            reader.load_state_dict(state["readers"][stream])
        self.rng.set_state(state["rng"])
        self.optimizer_rng.set_state(state["optimizer_rng"])


def optimizer_settings(gan: GAN, player: Player, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The optimiser of a player as a component: the GAN's default, the player's own, then the run's choice.

    A layer that names another optimiser drops the settings below it, which were meant for the old one.
    """
    settings: dict[str, Any] = {}
    run = {("name" if name == "optimizer" else name): value for name, value in chosen.items()}
    for layer in (_as_mapping(gan.defaults.optimizer), _as_mapping(player.optimizer), run):
        if layer.get("name", settings.get("name")) != settings.get("name"):
            settings = {}
        settings.update(layer)
    return settings


def _as_mapping(component: Component | None) -> dict[str, Any]:
    return {"name": component} if isinstance(component, str) else dict(component or {})


def _argument_names(factory: Callable[..., Any]) -> list[str]:
    return [parameter.name for parameter in configuration.parameters(factory)]


def _parameters(gan: GAN, player: Player) -> list[nn.Parameter]:
    """The parameters of a player's modules, each once, in order."""
    found: dict[int, nn.Parameter] = {}
    for name in player.modules:
        part = gan.get_parameter(name) if name in dict(gan.named_parameters()) else gan.get_submodule(name)
        for parameter in [part] if isinstance(part, nn.Parameter) else part.parameters():
            found[id(parameter)] = parameter
    return list(found.values())


def _schedule(player: Player, schedule: str | Callable[[float], float]) -> Callable[[float], float]:
    if callable(schedule):
        return schedule
    if schedule not in SCHEDULES:
        raise ConfigError(f"{player.name}.schedule={schedule!r} is unknown", hint=f"one of {', '.join(SCHEDULES)}")
    return SCHEDULES[schedule]


def _part(player: Player, batch_size: int, parts: int) -> int:
    if batch_size % parts:
        raise ConfigError(
            f"{player.name}.accumulate={parts}: a batch of {batch_size} has no {parts} equal parts",
            hint="choose a number that divides the batch size",
        )
    return batch_size // parts


def _at_least_one(player: Player, name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigError(f"{player.name}.{name}={value!r}: a whole number of 1 or more is needed")
    return value

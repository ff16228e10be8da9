"""What a run will do: the architecture's defaults, and what was asked for instead, settled before it starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ganzoo.core import components, entries
from ganzoo.core.components import Component
from ganzoo.errors import ConfigError
from ganzoo.gan import GAN


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All settings of a run besides the model's config and the data.

    Args:
        rounds: length of the run, shared by its phases.
        batch_size: items per player's turn.
        seed: of every random stream.
        loss, penalties, techniques: as components with all their arguments.
        players: per player, settings that replace its own: "steps", "schedule", "clip", "batch_size", "accumulate"
            (equal parts that a turn's batch is seen in, one after the other, for less memory: gradients add up to those
            of the whole for losses that are means over items, and all that looks at a batch sees a part), "optimizer"
            (a name), and any argument of the optimiser. The key "all" holds for every player.
        ema: decay per round, or None.
        log_every, samples_every, checkpoint_every: rounds between two; 0 means only at the end.
        keep: checkpoints kept.
        channels_last: memory layout of images and convolutions.
    """

    rounds: int
    batch_size: int
    seed: int = 0
    loss: dict[str, Any] | None = None
    penalties: tuple[dict[str, Any], ...] = ()
    techniques: tuple[dict[str, Any], ...] = ()
    players: dict[str, dict[str, Any]] = field(default_factory=dict)
    ema: float | None = 0.999
    log_every: int = 50
    samples_every: int = 0
    checkpoint_every: int = 0
    keep: int = 3
    channels_last: bool = True

    def __post_init__(self) -> None:
        problems = [
            f"{name}={value}: at least {least} is needed"
            for name, value, least in (
                ("rounds", self.rounds, 1),
                ("batch_size", self.batch_size, 1),
                ("log_every", self.log_every, 1),
                ("samples_every", self.samples_every, 0),
                ("checkpoint_every", self.checkpoint_every, 0),
                ("keep", self.keep, 1),
            )
            if value < least
        ]
        if self.ema is not None and not 0 <= self.ema < 1:
            problems.append(f"ema={self.ema}: the decay lies in [0, 1)")
        if problems:
            raise ConfigError("; ".join(problems))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Plan:
        tuples = {name: tuple(fields[name]) for name in ("penalties", "techniques") if name in fields}
        return cls(**{**fields, **tuples})


def settle(
    gan: GAN,
    *,
    rounds: int | None = None,
    batch_size: int | None = None,
    loss: Component | None = None,
    penalties: Sequence[Component] | None = None,
    techniques: Sequence[Component] | None = None,
    players: Mapping[str, Mapping[str, Any]] | None = None,
    ema: float | str | None = "default",
    **rest: Any,
) -> Plan:
    """A plan from the GAN's defaults; None (or "default" for ema) leaves a default in place.

    Raises: UnknownName and the registry's other errors, ConfigError.
    """
    defaults = gan.defaults
    uses_loss = "loss" in gan.composes
    if loss is not None and not uses_loss:
        raise ConfigError(f"{type(gan).__name__} brings its own objective; it takes no other loss")

    def describe(kind: type[entries.Entry], chosen: Sequence[Component]) -> tuple[dict[str, Any], ...]:
        return tuple(components.describe(kind, component) for component in chosen)

    return Plan(
        rounds=defaults.rounds if rounds is None else rounds,
        batch_size=defaults.batch_size if batch_size is None else batch_size,
        loss=components.describe(entries.Loss, defaults.loss if loss is None else loss) if uses_loss else None,
        penalties=describe(entries.Penalty, defaults.penalties if penalties is None else penalties),
        techniques=describe(entries.Technique, defaults.techniques if techniques is None else techniques),
        players=_merged(defaults.players, players or {}),
        ema=defaults.ema if ema == "default" else ema,  # type: ignore[arg-type]
        **rest,
    )


def _merged(*layers: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Per player, the settings of all layers; later ones win."""
    merged: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for name, settings in layer.items():
            merged.setdefault(name, {}).update(settings)
    return merged

"""A score together with how it was taken, without which the number means nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ganzoo.errors import CompatibilityError
from ganzoo.version import VERSION

NOT_PROTOCOL = ("value", "seed", "version")


@dataclass(frozen=True, kw_only=True)
class Score:
    """A number and its protocol. A field that does not apply is None.

    Args:
        metric: the metric's name, such as "digits-frechet".
        value: the number.
        n_fake: samples that it was taken from.
        n_real: reference items that they were compared with.
        data: name of the reference set.
        split: which part of it: "train", "test" or "all".
        judge: label of the judge with its hash, such as "digits-judge@0123456789ab".
        image_size: of the samples, before the judge resized them.
        ema: whether the samples come from averaged weights.
        seed: of the samples.
        version: of ganzoo.
    """

    metric: str
    value: float
    n_fake: int
    n_real: int | None = None
    data: str | None = None
    split: str | None = None
    judge: str | None = None
    image_size: int | tuple[int, int] | None = None
    ema: bool | None = None
    seed: int | None = None
    version: str = VERSION

    def protocol(self) -> dict[str, Any]:
        """What must be equal for two scores to be comparable: everything but value, seed and version."""
        return {name: value for name, value in asdict(self).items() if name not in NOT_PROTOCOL}

    def difference(self, other: Score) -> float:
        """This value minus the other. Raises CompatibilityError, naming what differs, if the protocols do."""
        mine, theirs = self.protocol(), other.protocol()
        unequal = [f"{name} ({mine[name]} and {theirs[name]})" for name in mine if mine[name] != theirs[name]]
        if unequal:
            raise CompatibilityError(
                f"two scores of {self.metric} cannot be compared: they differ in {', '.join(unequal)}",
                hint="take both with the same protocol",
            )
        return self.value - other.value

    def to_json(self) -> dict[str, Any]:
        """The fields that say something, as JSON-able values."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items() if v is not None}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Score:
        """The inverse of `to_json`. Raises TypeError for an unknown or missing field."""
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
        return cls(**values)

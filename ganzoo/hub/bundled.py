"""The few trained models that ship in the package, so that the first sample needs no network and no training."""

from __future__ import annotations

from pathlib import Path

from ganzoo.core.names import did_you_mean
from ganzoo.errors import UnknownName
from ganzoo.model_config import CONFIG

BUNDLED = Path(__file__).parent.parent / "bundled"


def names() -> list[str]:
    """The bundled models."""
    return sorted(file.parent.name for file in BUNDLED.glob(f"*/{CONFIG}"))


def name_of(directory: Path) -> str | None:
    """The name of the bundled model in a directory; None for any other directory."""
    own = directory.resolve()
    return own.name if own.parent == BUNDLED.resolve() and own.name in names() else None


def directory_of(name: str) -> Path:
    """The model directory of a bundled model. Raises: UnknownName with the names that there are."""
    if name not in names():
        raise UnknownName(
            f"no model {name!r} is bundled{did_you_mean(name, names())}",
            hint=f"there are: {', '.join('bundled:' + known for known in names()) or 'none'}",
        )
    return BUNDLED / name

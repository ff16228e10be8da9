"""What a run may choose for a GAN."""

from __future__ import annotations

from typing import Any, ClassVar

from ganzoo.core.names import did_you_mean
from ganzoo.errors import ConfigError

#: What `composes` may hold.
CHOICES = ("loss", "penalties")


class Composing:
    """Has `composes`, a set of names; a class that gives it another value is refused where it is made.

    Class attributes:
        composes: see `ganzoo.GAN`.

    Raises: ConfigError, where a class is made whose `composes` is no set or holds another name.
    """

    composes: ClassVar[frozenset[str]] = frozenset(CHOICES)

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if not isinstance(cls.composes, set | frozenset):
            raise ConfigError(
                f"{cls.__name__}.composes is {cls.composes!r}, not a set of names",
                hint='write frozenset({"loss"}), say, and frozenset() for nothing',
            )
        for name in sorted(set(cls.composes) - set(CHOICES)):
            raise ConfigError(
                f"{cls.__name__}.composes holds {name!r}{did_you_mean(name, CHOICES)}",
                hint=f"it can hold {' and '.join(map(repr, CHOICES))}",
            )

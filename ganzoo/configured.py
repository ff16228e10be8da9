"""Constructor arguments are the config."""

from __future__ import annotations

from typing import Any

from ganzoo.core import configuration


class Configured(type):
    """Checks a constructor's arguments, completes them with their defaults, and keeps them as `config`.

    Building raises ConfigError naming every argument that is unknown, missing or of a wrong type.
    """

    def __call__(cls, **given: Any) -> Any:
        config = configuration.complete(cls.__init__, given, what=cls.__name__)  # type: ignore[misc]
        built = super().__call__(**config)
        built.config = config
        return built

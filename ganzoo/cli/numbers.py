"""Lists of numbers on the command line."""

from __future__ import annotations

import math

from ganzoo.errors import ConfigError


def whole_numbers(text: str, option: str) -> list[int]:
    """[0, 1, 2] from "0,1,2". Raises: ConfigError naming the option."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise ConfigError(f"{option} {text!r} is no list of whole numbers", hint=f"such as {option} 0,1,2") from None


def numbers(text: str, option: str) -> list[float]:
    """[-1.5, 0.0] from "-1.5,0". Raises: ConfigError naming the option."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = [math.nan]
    if not all(map(math.isfinite, found)):
        raise ConfigError(f"{option} {text!r} is no list of numbers", hint=f"such as {option} 0.5,1")
    return found

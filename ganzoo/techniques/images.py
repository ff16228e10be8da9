"""Techniques that change images have nothing to do elsewhere."""

from __future__ import annotations

from typing import Any


def not_images(gan: Any) -> str | None:
    """Why a technique for images makes no sense with `gan`; None when it makes images."""
    config = getattr(gan, "config", {})
    return None if config.get("image_size") is not None else f"{type(gan).__name__} was built for data that is no image"

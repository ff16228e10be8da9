"""Building what a stranger's config asks for, up to a point."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn

from ganzoo.errors import ModelDirectoryError

MOST_MODULES = 20_000


@contextmanager
def bounded_building() -> Iterator[None]:
    """Inside, building more than 20,000 modules and parameters raises ModelDirectoryError."""
    made = 0

    def count(*registered: Any) -> None:
        nonlocal made
        made += 1
        if made > MOST_MODULES:
            raise ModelDirectoryError(f"its config asks for more than {MOST_MODULES} modules")

    hooks = [
        nn.modules.module.register_module_parameter_registration_hook(count),
        nn.modules.module.register_module_buffer_registration_hook(count),
        nn.modules.module.register_module_module_registration_hook(count),
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()

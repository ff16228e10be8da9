"""A zoo of generative adversarial networks: create, train, save, load and sample every landmark GAN.

The names below are imported when they are first used, so that `import ganzoo` costs no torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ganzoo.version import VERSION as __version__

if TYPE_CHECKING:
    from ganzoo import errors
    from ganzoo.core import entries
    from ganzoo.core.hookspecs import hookimpl
    from ganzoo.core.registry import add_plugin, refresh
    from ganzoo.core.registry import entries as list_entries
    from ganzoo.creation import create
    from ganzoo.data.loading import load_data
    from ganzoo.exploration.interpolation import interpolate
    from ganzoo.game import Phase, Player, Turn
    from ganzoo.gan import GAN
    from ganzoo.hub.loading import load
    from ganzoo.hub.pull import pull
    from ganzoo.hub.push import push
    from ganzoo.hub.search import search
    from ganzoo.training.loop import train

__all__ = [
    "GAN",
    "Phase",
    "Player",
    "Turn",
    "__version__",
    "add_plugin",
    "create",
    "entries",
    "errors",
    "hookimpl",
    "interpolate",
    "list_entries",
    "load",
    "load_data",
    "pull",
    "push",
    "refresh",
    "search",
    "train",
]

# Where each name lives: "module", or "module:attribute".
_WHERE = {
    "GAN": "ganzoo.gan:GAN",
    "Phase": "ganzoo.game:Phase",
    "Player": "ganzoo.game:Player",
    "Turn": "ganzoo.game:Turn",
    "add_plugin": "ganzoo.core.registry:add_plugin",
    "create": "ganzoo.creation:create",
    "entries": "ganzoo.core.entries",
    "errors": "ganzoo.errors",
    "hookimpl": "ganzoo.core.hookspecs:hookimpl",
    "interpolate": "ganzoo.exploration.interpolation:interpolate",
    "list_entries": "ganzoo.core.registry:entries",
    "load": "ganzoo.hub.loading:load",
    "load_data": "ganzoo.data.loading:load_data",
    "pull": "ganzoo.hub.pull:pull",
    "push": "ganzoo.hub.push:push",
    "refresh": "ganzoo.core.registry:refresh",
    "search": "ganzoo.hub.search:search",
    "train": "ganzoo.training.loop:train",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'ganzoo' has no attribute {name!r}")
    from importlib import import_module

    module, _, attribute = _WHERE[name].partition(":")
    found = import_module(module)
    value = getattr(found, attribute) if attribute else found
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

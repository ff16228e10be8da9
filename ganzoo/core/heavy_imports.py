"""Which heavy packages loading a plugin pulls in, that should wait until they are needed."""

from __future__ import annotations

import sys
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

HEAVY = frozenset({
    "PIL", "accelerate", "cv2", "datasets", "diffusers", "huggingface_hub", "jax", "matplotlib", "numpy", "pandas",
    "safetensors", "scipy", "sklearn", "tensorflow", "timm", "torch", "torchvision", "transformers",
})  # fmt: skip


def heavy_imports(module: str, before: set[str]) -> tuple[str, ...]:
    """The heavy packages that came in since the modules were those of `before`.

    Those that were there already count where a new module of the plugin's own package ("package.module:attribute") has
    them, or something of theirs, among its names: the first of two plugins that import torch must not hide the second.
    """
    new = set(sys.modules) - before
    found = HEAVY & new
    if HEAVY & before:
        root = module.partition(":")[0].partition(".")[0]
        for name in new:
            loaded = sys.modules.get(name)
            if name.partition(".")[0] == root and issubclass(type(loaded), ModuleType):
                found |= HEAVY & {_package_of(value) for value in list(vars(loaded).values())}
    return tuple(sorted(found))


def _package_of(value: Any) -> str:
    """The top-level package of a module, class or function. Nothing else is asked: it might answer with code."""
    if issubclass(type(value), ModuleType):
        name = vars(value).get("__name__")
    elif issubclass(type(value), type | FunctionType | BuiltinFunctionType):
        name = value.__module__
    else:
        return ""
    return name.partition(".")[0] if isinstance(name, str) else ""

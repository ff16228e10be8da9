"""One-file plugins: `ganzoo --plugin mygan.py list`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from ganzoo.core import registry
from ganzoo.errors import PluginBroken


def add_plugin_file(file: str) -> None:
    """Import a file as a plugin of the namespace "local". Raises: PluginBroken naming the file and the cause."""
    path = Path(file)
    spec = importlib.util.spec_from_file_location(path.stem, path) if path.is_file() else None
    if spec is None or spec.loader is None:
        raise PluginBroken(f"--plugin {file}: there is no such Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[path.stem]
        raise PluginBroken(f"--plugin {file} failed to load: {type(error).__name__}: {error}") from error
    registry.add_plugin(module)

"""One-file plugins: `ganzoo --plugin mygan.py list`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from ganzoo.core import registry
from ganzoo.errors import PluginBroken, PluginConflict


def add_plugin_file(file: str) -> None:
    """Import a file as a plugin of the namespace "local"; its targets name it by its stem ("mygan:MyGAN").

    Raises: PluginBroken naming the file and the cause; PluginConflict if another module has the file's name.
    """
    path = Path(file).resolve()
    name = path.stem
    if not path.is_file() or path.suffix != ".py":
        raise PluginBroken(f"--plugin {file}: there is no such Python file", hint="give the path of a .py file")
    if not name.isidentifier():
        raise PluginBroken(
            f"--plugin {file}: {name!r} cannot be imported", hint="use letters, digits and _ in its name"
        )
    other = importlib.util.find_spec(name)
    if other is not None and (other.origin is None or Path(other.origin).resolve() != path):
        raise PluginConflict(f"--plugin {file}: there is a module {name!r} already", hint="rename the file")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise PluginBroken(f"--plugin {file} failed to load: {type(error).__name__}: {error}") from error
    registry.add_plugin(module)

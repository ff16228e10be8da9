"""One-file plugins: `ganzoo --plugin mygan.py list`."""

from __future__ import annotations

import importlib.util
import shlex
import sys
import traceback
from pathlib import Path

from ganzoo.core import registry
from ganzoo.errors import PluginBroken, PluginConflict

_added: list[str] = []


def add_plugin_file(file: str) -> None:
    """Import a file as a plugin of the namespace "local"; its targets name it by its stem ("mygan:MyGAN").

    Raises: PluginBroken naming the file and the cause; PluginConflict if another module has the file's name.
    """
    path = Path(file).expanduser().absolute()
    name = path.stem
    if not path.is_file() or path.suffix != ".py":
        hint = "a folder is installed: ganzoo plugin install" if path.is_dir() else "give the path of a .py file"
        raise PluginBroken(f"--plugin {file}: there is no such Python file", hint=hint)
    if not name.isidentifier():
        raise PluginBroken(
            f"--plugin {file}: {name!r} cannot be imported", hint="use letters, digits and _ in its name"
        )
    other = importlib.util.find_spec(name)
    if other is not None and (other.origin is None or Path(other.origin).resolve() != path.resolve()):
        raise PluginConflict(f"--plugin {file}: there is a module {name!r} already", hint="rename the file")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise PluginBroken(
            f"--plugin {file} failed to load: {type(error).__name__}: {error}", hint=_where(error, path)
        ) from error
    registry.add_plugin(module)
    _added.append(file)


def with_plugin_files(command: str) -> str:
    """A command for the user to type, such as "ganzoo sample ./model", with the plugins that this one was given."""
    options = "".join(f" --plugin {shlex.quote(file)}" for file in _added)
    return command.replace("ganzoo", f"ganzoo{options}", 1)


def _where(error: BaseException, path: Path) -> str | None:
    """The last line of the file that was being run."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f"see line {lines[-1]} of {path.name}" if lines else None

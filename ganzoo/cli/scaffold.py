"""What `ganzoo plugin new` writes: the templates of `ganzoo/templates/plugin`, with names filled in.

`common` holds what all kinds share, each other folder one kind. In paths, PACKAGE and MODULE stand for those of the
plugin, "dot-" for a leading dot; ".template" is dropped.
"""

from __future__ import annotations

import ast
import keyword
import re
import shutil
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from ganzoo.catalog.plugin import ganzoo_entries
from ganzoo.core.discovery import RESERVED
from ganzoo.core.first_party import DISTRIBUTIONS
from ganzoo.errors import ConfigError, WriteError
from ganzoo.version import VERSION

KINDS = {"architecture": "architecture", "loss": "loss", "dataset": "data set", "metric": "metric"}
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST = 30
MODULES = ("plugin", "checks")
USES = {
    "architecture": "ganzoo train {name} --data digits --image-size 16 --rounds 200 --out runs/first",
    "loss": "ganzoo train gan --data ring8 --loss {name} --rounds 200 --out runs/first",
    "dataset": "ganzoo train gan --data {name} --rounds 200 --out runs/first",
    "metric": "ganzoo info {name}",
}
# What to do in the folder: in the answer of the command, in the README that it writes, and in the documentation.
STEPS = (
    ("python -m pip install --editable '.[dev]'", "changes are used at once"),
    ("ganzoo plugin check {name}", "does it keep the zoo's contract?"),
    ("{use}", ""),
    ("ganzoo verify {name}.{name}", "the behavioural check beside its control, on three seeds"),
    ("python -m pytest", "the conformance suite, and your own tests"),
)


def write_plugin(name: str, kind: str, out: Path) -> Path:
    """Write the distribution ganzoo-plugin-NAME into a new folder of `out`, and return that folder.

    Raises: ConfigError for a name that cannot be used, and for a folder that exists; WriteError.
    """
    check_name(name, kind)
    folder = out / f"ganzoo-plugin-{name}"
    contents = render(name, kind)
    for path, text in contents.items():
        if path.endswith(".py") and (taken := bound_twice(text)):
            raise ConfigError(
                f"{name!r} is taken: {path} needs {taken!r} for something else", hint="choose another name"
            )
    if folder.exists() or folder.is_symlink():
        raise ConfigError(
            f"{folder} exists already, and nothing in it was touched", hint="choose another name, or --out"
        )
    try:
        folder.mkdir(parents=True)
        for path, text in contents.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise WriteError(f"could not write {folder}: {error}", hint="choose another place with --out") from error
    return folder


def render(name: str, kind: str) -> dict[str, str]:
    """The files of a plugin: their contents by their paths inside the distribution."""
    words = names(name, kind)
    contents = {}
    for part in ("common", kind):
        for path, template in templates(files("ganzoo") / "templates" / "plugin" / part):
            path = path.replace("PACKAGE", words["package"]).replace("MODULE", words["module"])
            path = re.sub(r"(^|/)dot-", r"\1.", path).removesuffix(".template")
            contents[path] = Template(template).substitute(words)
    return contents


def names(name: str, kind: str) -> dict[str, str]:
    """What stands in the templates as $word."""
    module = name.replace("-", "_")
    major, minor = (int(part) for part in VERSION.split(".")[:2])
    below = f"{major + 1}" if major else f"0.{minor + 1}"
    return {
        "name": name,
        "label": KINDS[kind],
        "distribution": f"ganzoo-plugin-{name}",
        "package": f"ganzoo_plugin_{module}",
        "module": module,
        "function": module,
        "class_name": "".join(word.capitalize() for word in name.split("-")),
        "requirement": f"ganzoo>={major}.{minor},<{below}",
        "steps": next_steps(name, kind),
    }


def next_steps(name: str, kind: str) -> str:
    """What to type in the folder of a new plugin, a line each."""
    commands = [(step.format(name=name, use=USES[kind].format(name=name)), why) for step, why in STEPS]
    width = max(len(command) for command, why in commands if why)
    return "\n".join(f"{command:<{width}}  # {why}" if why else command for command, why in commands)


def bound_twice(source: str) -> str:
    """A name that two imports, classes or functions of a module give to different things; "" if there is none."""
    seen = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound = [alias.asname or alias.name.partition(".")[0] for alias in node.names]
        else:
            bound = [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
        for name in bound:
            if name in seen:
                return name
            seen.add(name)
    return ""


def templates(folder: Traversable, inside: str = "") -> Iterator[tuple[str, str]]:
    """Paths below a folder, and contents, of all its templates."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from templates(item, f"{inside}{item.name}/")
        elif item.name.endswith(".template"):
            yield inside + item.name, item.read_text(encoding="utf-8")


def check_name(name: str, kind: str) -> None:
    """Raises: ConfigError for a name that cannot be that of a namespace, an entry and a module, or is taken."""
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise ConfigError(
            f"{name!r} cannot be the name of a plugin",
            hint=f"use lower-case words joined by '-', such as 'my-gan', beginning with a letter, {LONGEST} characters "
            "at most, and without 'ganzoo-plugin-' before it",
        )
    if name.startswith("ganzoo-plugin"):
        raise ConfigError(f"{name!r}: the distribution would be ganzoo-plugin-{name}", hint="give the rest alone")
    if name in RESERVED or name in DISTRIBUTIONS:
        raise ConfigError(f"{name!r} is reserved", hint="choose another name")
    if name in MODULES or keyword.iskeyword(name):
        raise ConfigError(f"no module of the plugin could be called {name!r}", hint="choose another name")
    rivals = ("architecture", "recipe") if kind == "architecture" else (kind,)
    if any(name in (entry.name, *entry.aliases) for entry in ganzoo_entries() if entry.kind in rivals):
        raise ConfigError(f"{name!r} would lead to the {KINDS[kind]} of the built-in zoo", hint="choose another name")

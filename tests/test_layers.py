"""A layer imports only from layers below it, and every file can be read in one sitting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ganzoo

ROOT = Path(ganzoo.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
LAYERS = {
    0: ("version", "errors", "core"),
    1: ("catalog",),
    2: (
        "streams", "files", "weights", "nn", "losses", "penalties", "latents", "optimizers", "techniques",
        "data", "metrics",
    ),
    3: ("game", "sampling", "gan", "pictures", "model_directory", "creation", "interpolation", "zoo"),
    4: ("training", "hub", "checks"),
    5: ("cli", "testing", "app", "__main__"),
}  # fmt: skip
LAYER_OF = {part: layer for layer, parts in LAYERS.items() for part in parts}
TOP = max(LAYERS)
FORBIDDEN = {0: {"torch", "torchvision", "click", "huggingface_hub", "numpy"}, 1: {"torch", "torchvision", "numpy"}}
MOST_LINES = 250


def is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def imported(node: ast.AST) -> Iterator[str]:
    """The modules that a file imports anywhere, functions included; "from a import b" gives a.b."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"relative import in line {node.lineno}"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    children = node.orelse if isinstance(node, ast.If) and is_for_type_checkers(node) else ast.iter_child_nodes(node)
    for child in children:
        yield from imported(child)


def imports_of(source: str) -> list[list[str]]:
    """What a source imports, as lists of the parts of dotted names."""
    return [name.split(".") for name in imported(ast.parse(source))]


def complaints(path: tuple[str, ...], source: str) -> list[str]:
    """What a file (by its path inside the package, without .py) imports against the rules."""
    part = path[0]
    layer = LAYER_OF[part]
    found = []
    for name in imports_of(source):
        text = ".".join(name)
        if name[0] in FORBIDDEN.get(layer, ()):
            found.append(f"layer {layer} must not import {text}")
        public = len(name) == 1 or (name[1] in ganzoo.__all__ and name[1] not in LAYER_OF)
        if name[0] != "ganzoo" or (public and layer == TOP):
            continue
        if public or name[1] not in LAYER_OF:
            found.append(f"{text} is in no layer; a public name of ganzoo is imported from where it lives")
        elif LAYER_OF[name[1]] > layer:
            found.append(f"{text} is in a layer above {layer}")
        elif name[1] == "zoo" and layer == 4:
            found.append(f"{text}: concrete variants are reached by their registered names only")
        elif name[1] == "zoo" and part == "zoo" and name[:3] != ["ganzoo", *path]:
            found.append(f"{text}: a file of the zoo stands alone")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_go_downwards(file):
    path = file.relative_to(ROOT).with_suffix("").parts
    if path == ("__init__",):
        own = [name for name in imports_of(file.read_text()) if name[0] == "ganzoo"]
        assert own == [["ganzoo", "version", "VERSION"]], "public names are imported when they are first used"
        return
    assert path[0] in LAYER_OF, f"{file.name} is in no layer; add it to the table above"
    assert complaints(path, file.read_text()) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_files_are_short(file):
    lines = len(file.read_text().splitlines())
    assert lines <= MOST_LINES, f"{lines} lines; split it by ideas"


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("core/names", "import torch"),
        ("core/names", "def f():\n    from numpy.linalg import norm"),
        ("core/names", "from ganzoo.catalog import losses"),
        ("core/names", "from ganzoo import catalog"),
        ("errors", "import click"),
        ("catalog/losses", "import torch"),
        ("losses/hinge", "from ganzoo.gan import GAN"),
        ("streams", "import ganzoo.game"),
        ("zoo/dcgan", "from ganzoo.zoo.gan import VanillaGAN"),
        ("zoo/dcgan", "from ganzoo.zoo import gan"),
        ("zoo/dcgan", "import ganzoo.training.loop"),
        ("gan", "from ganzoo.checks import check"),
        ("training/loop", "from ganzoo.zoo.dcgan import DCGAN"),
        ("checks/dcgan", "from ganzoo.zoo import dcgan"),
        ("checks/dcgan", "from ganzoo.cli import main"),
        ("losses/hinge", "from ganzoo import create"),
        ("training/loop", "import ganzoo"),
        ("zoo/dcgan", "if TYPE_CHECKING:\n    pass\nelse:\n    import ganzoo.cli.main"),
    ],
)
def test_the_reader_of_imports_sees_what_is_wrong(path, source):
    assert len(complaints(tuple(path.split("/")), source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("losses/hinge", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ganzoo.gan import GAN"),
        ("zoo/dcgan", "from ganzoo.gan import GAN\nfrom ganzoo.streams import derive\nimport torch"),
        ("training/loop", "from ganzoo.checks import check\nfrom ganzoo import errors"),
        ("cli/info", "from ganzoo.zoo import dcgan\nimport ganzoo.testing.tiny"),
        ("cli/demo", "import ganzoo\nfrom ganzoo import create"),
    ],
)
def test_the_reader_of_imports_lets_good_ones_pass(path, source):
    assert complaints(tuple(path.split("/")), source) == []

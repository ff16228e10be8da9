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
        "streams", "files", "weights", "tensor_header", "nn", "losses", "penalties", "latents", "optimizers",
        "techniques", "data", "metrics",
    ),
    3: (
        "game", "sampling", "storable", "composing", "gan", "pictures", "model_config", "model_directory",
        "saved_architecture", "migration", "model_diagnosis", "bounded_building", "configured", "creation",
        "exploration", "styled", "films", "zoo",
    ),
    4: ("training", "hub", "checks", "importing"),
    5: ("cli", "testing", "benchmarks", "app", "__main__"),
}  # fmt: skip
LAYER_OF = {part: layer for layer, parts in LAYERS.items() for part in parts}
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


def layer_of(name: list[str]) -> int | None:
    """The layer of an imported name of ganzoo; that of `import ganzoo` is the highest that a public name leads to."""
    public = {public: LAYER_OF[where.replace(":", ".").split(".")[1]] for public, where in ganzoo._WHERE.items()}
    if len(name) == 1:
        return max(public.values())
    return LAYER_OF.get(name[1], public.get(name[1]))


def against_the_layers(name: list[str], path: tuple[str, ...]) -> list[str]:
    """What is wrong with importing a name of ganzoo in a file."""
    text, own, its = ".".join(name), LAYER_OF[path[0]], layer_of(name)
    if its is None:
        return [f"{text} is in no layer"]
    if its > own:
        return [f"{text} is in layer {its}, above {own}"]
    if name[1:2] == ["zoo"] and own == 4:
        return [f"{text}: concrete variants are reached by their registered names only"]
    if name[1:2] == ["zoo"] and path[0] == "zoo" and name[: 1 + len(path)] != ["ganzoo", *path]:
        return [f"{text}: a file of the zoo stands alone"]
    return []


def complaints(path: tuple[str, ...], source: str) -> list[str]:
    """What a file (by its path inside the package, without .py) imports against the rules."""
    layer = LAYER_OF[path[0]]
    found = []
    for name in imports_of(source):
        text = ".".join(name)
        if name[0] in FORBIDDEN.get(layer, ()):
            found.append(f"layer {layer} must not import {text}")
        if name[0] == "ganzoo" and name[1:] != ["__version__"]:
            found += against_the_layers(name, path)
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
        ("catalog/losses", "from ganzoo import hookimpl, create"),
        ("creation", "import ganzoo"),
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
        ("checks/dcgan", "import ganzoo\nfrom ganzoo import create"),
    ],
)
def test_the_reader_of_imports_lets_good_ones_pass(path, source):
    assert complaints(tuple(path.split("/")), source) == []

"""The GANs of the page on the game keep what they promise to a run."""

import ast
import sys
from pathlib import Path

import pytest

from ganzoo import entries, hookimpl
from ganzoo.core import registry
from ganzoo.testing import check_plugin

from .blocks import blocks_of

PAGE = Path(__file__).parents[2] / "docs" / "concepts.md"
CHECKS = ("logits_are_one_per_sample", "techniques_reach_the_critics", "any_loss_can_be_chosen")


@pytest.mark.parametrize("name", ["SmallGAN", "NamingGAN", "JuryGAN"])
def test_what_composes_passes_the_checks_of_that(name, tmp_path, monkeypatch):
    code = "\n".join(block.code for block in blocks_of(PAGE.read_text("utf-8")) if block.language == "python")
    kept = [node for node in ast.parse(code).body if isinstance(node, ast.Import | ast.ImportFrom | ast.ClassDef)]
    (tmp_path / "page_on_the_game.py").write_text("\n".join(map(ast.unparse, kept)), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for attribute, value in (("_zoo", None), ("_added", {}), ("_warned", set())):
        monkeypatch.setattr(registry, attribute, value)
    target, data = f"page_on_the_game:{name}", {"name": "ring8", "size": 64}
    entry = entries.Architecture(
        name="odd", summary="A GAN of the page", target=target, modality=("points",), tiny_data=data
    )

    class Plugin:
        @hookimpl
        def ganzoo_entries(self):
            return [entry]

    registry.add_plugin(Plugin())
    try:
        report = check_plugin("local", only=lambda case: case.name in CHECKS)
    finally:
        sys.modules.pop("page_on_the_game", None)
    assert report.passed and len(report.results) == len(CHECKS), report.text

"""What the plugin adds to the zoo."""

from __future__ import annotations

from collections.abc import Iterable

from ganzoo import entries, hookimpl


@hookimpl
def ganzoo_entries() -> Iterable[entries.Entry]:
    return [
        entries.Architecture(
            name="pix2pix",
            target="ganzoo_plugin_translate.pix2pix:Pix2Pix",
            summary="Translation learnt from pairs: U-Net, critic of patches of the pair, L1",
            paper="arXiv:1611.07004",
            year=2016,
            modality=("pairs",),
            tags=("pairs", "translation"),
            tiny={"width": 4, "critic_width": 4, "critic_layers": 1},
            tiny_data={"name": "paired-shapes", "image_size": 8, "size": 64},
            check="ganzoo_plugin_translate.checks:CHECKS",
        ),
        entries.Dataset(
            name="paired-shapes",
            target="ganzoo_plugin_translate.paired_shapes:paired_shapes",
            summary="Grey outlines of shapes, and the same shapes filled with colour",
            tags=("pairs", "offline"),
        ),
    ]

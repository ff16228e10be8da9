"""The GANs of the built-in zoo."""

from __future__ import annotations

from ganzoo.core import entries

ENTRIES: list[entries.Architecture] = [
    entries.Architecture(
        name="gan",
        target="ganzoo.zoo.gan:VanillaGAN",
        summary="Two fully connected networks, one game; points and small images",
        paper="arXiv:1406.2661",
        year=2014,
        modality=("points", "image"),
        tiny={"width": 8, "depth": 1},
        tiny_data={"name": "ring8", "size": 64},
        check="ganzoo.checks.gan:CHECKS",
    ),
    entries.Architecture(
        name="dcgan",
        target="ganzoo.zoo.dcgan:DCGAN",
        summary="Strided convolutions and batch normalisation: a GAN for images that trains",
        paper="arXiv:1511.06434",
        year=2015,
        tiny={"width": 4, "latent_dim": 8},
        check="ganzoo.checks.dcgan:CHECKS",
    ),
]

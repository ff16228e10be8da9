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
    entries.Architecture(
        name="cgan",
        target="ganzoo.zoo.cgan:ConditionalGAN",
        summary="Both networks are told the label: samples of the class that was asked for",
        paper="arXiv:1411.1784",
        year=2014,
        modality=("points", "image"),
        tiny={"width": 8, "depth": 1, "latent_dim": 4, "mismatch": True},
        check="ganzoo.checks.cgan:CHECKS",
    ),
    entries.Architecture(
        name="infogan",
        target="ganzoo.zoo.infogan:InfoGAN",
        summary="Latent codes that come to mean something without labels",
        paper="arXiv:1606.03657",
        year=2016,
        modality=("points", "image"),
        tiny={"width": 8, "depth": 1, "noise": 4, "code_width": 8},
        check="ganzoo.checks.infogan:CHECKS",
    ),
    entries.Architecture(
        name="bigan",
        target="ganzoo.zoo.bigan:BiGAN",
        summary="An encoder learnt by judging pairs of sample and latent, without reconstruction",
        paper="arXiv:1605.09782",
        year=2016,
        modality=("points", "image"),
        aliases=("ali",),
        tiny={"width": 8, "depth": 1, "latent_dim": 3},
        check="ganzoo.checks.bigan:CHECKS",
    ),
]

"""What the plugin adds to the zoo."""

from __future__ import annotations

from collections.abc import Iterable

from ganzoo import entries, hookimpl

TINY_GAME = {"width": 2, "embedding_dim": 4, "levels": 3, "standing_passes": 2}


@hookimpl
def ganzoo_entries() -> Iterable[entries.Entry]:
    return [
        entries.Architecture(
            name="biggan",
            target="ganzoo_plugin_biggan.biggan:BigGAN",
            summary="Class-conditional residual networks; truncation trades variety for fidelity",
            paper="arXiv:1809.11096",
            year=2018,
            tags=("conditional", "labels", "attention"),
            tiny={**TINY_GAME, "chunk_dim": 3, "discriminator_multipliers": (2, 2)},
            check="ganzoo_plugin_biggan.checks:CHECKS",
        ),
        entries.Architecture(
            name="biggan-deep",
            target="ganzoo_plugin_biggan.biggan_deep:BigGANDeep",
            summary="BigGAN on deeper networks of bottlenecks, with the whole latent in every layer",
            paper="arXiv:1809.11096",
            year=2018,
            tags=("conditional", "labels", "attention"),
            tiny={**TINY_GAME, "latent_dim": 4},
            check="ganzoo_plugin_biggan.deep_checks:CHECKS",
        ),
        entries.Recipe(
            name="biggan-small",
            architecture="biggan.biggan",
            summary="BigGAN narrow enough for images of 32 pixels on a processor, at higher rates",
            paper="arXiv:1809.11096",
            year=2018,
            tags=("conditional", "labels", "attention"),
            config={"width": 8, "embedding_dim": 32, "chunk_dim": 8},
            players={"discriminator": {"lr": 2e-3}, "generator": {"lr": 1e-3}},
            training={"batch_size": 32, "rounds": 1000, "ema": 0.99},
            tiny={**TINY_GAME, "chunk_dim": 3, "discriminator_multipliers": (2, 2)},
        ),
        entries.Importer(
            name="ajbrock-biggan",
            target="ganzoo_plugin_biggan.ajbrock:AjbrockBigGAN",
            summary="BigGAN of ajbrock/BigGAN-PyTorch: G_ema.pth, G.pth, D.pth, state_dict.pth",
            license="MIT",
            tags=("conditional",),
        ),
        entries.Importer(
            name="pytorch-pretrained-biggan",
            target="ganzoo_plugin_biggan.pretrained:PretrainedBigGAN",
            summary="BigGAN-deep of huggingface/pytorch-pretrained-BigGAN: config.json, pytorch_model.bin",
            license="MIT",
            tags=("conditional",),
        ),
    ]

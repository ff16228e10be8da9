"""What the plugin adds to the zoo."""

from __future__ import annotations

from collections.abc import Iterable

from ganzoo import entries, hookimpl

SMALL = {"latent_dim": 8, "style_dim": 8, "mapping_layers": 2, "channel_max": 8}


@hookimpl
def ganzoo_entries() -> Iterable[entries.Entry]:
    return [
        entries.Architecture(
            name="stylegan",
            target="ganzoo_plugin_stylegan.stylegan:StyleGAN",
            summary="A mapped latent styles every layer, noise makes the detail, styles are mixed",
            paper="arXiv:1812.04948",
            year=2018,
            tags=("style", "truncation"),
            tiny=SMALL,
            check="ganzoo_plugin_stylegan.checks_stylegan:CHECKS",
        ),
        entries.Architecture(
            name="stylegan2",
            target="ganzoo_plugin_stylegan.stylegan2:StyleGAN2",
            summary="Modulated and demodulated convolutions, images added up, path-length penalty",
            paper="arXiv:1912.04958",
            year=2019,
            tags=("style", "truncation"),
            tiny=SMALL,
            check="ganzoo_plugin_stylegan.checks_stylegan2:CHECKS",
        ),
        entries.Architecture(
            name="stylegan3",
            target="ganzoo_plugin_stylegan.stylegan3:StyleGAN3",
            summary="Filtered nonlinearities and Fourier features: details move with objects, not with pixels",
            paper="arXiv:2106.12423",
            year=2021,
            tags=("style", "truncation", "alias-free"),
            tiny={**SMALL, "layers": 4},
            check="ganzoo_plugin_stylegan.checks_stylegan3:CHECKS",
        ),
        entries.Recipe(
            name="stylegan2-digits",
            architecture="stylegan.stylegan2",
            summary="StyleGAN2 for the 1,797 digits on one core in 20 minutes: narrow, no path lengths",
            paper="arXiv:1912.04958",
            year=2019,
            tags=("style", "truncation"),
            config={"latent_dim": 32, "style_dim": 32, "mapping_layers": 2, "channel_base": 512},
            penalties=({"name": "ganzoo.r1", "weight": 0.05, "every": 16},),
            players={"all": {"lr": 2.5e-3}},
            training={"batch_size": 16, "rounds": 7000, "ema": 0.995},
            tiny=SMALL,
        ),
        entries.Penalty(
            name="path-length",
            target="ganzoo_plugin_stylegan.path_length:PathLength",
            summary="Steps in the style space move the image equally far everywhere",
            paper="arXiv:1912.04958",
            year=2019,
        ),
        entries.Importer(
            name="stylegan2-ada",
            target="ganzoo_plugin_stylegan.importers.stylegan2_ada:StyleGAN2Ada",
            summary="Pickles of stylegan2-ada-pytorch, and StyleGAN2 ones of stylegan3",
            paper="arXiv:2006.06676",
            year=2020,
            license="LicenseRef-Nvidia-Source-Code",
        ),
        entries.Importer(
            name="stylegan3-pickle",
            target="ganzoo_plugin_stylegan.importers.stylegan3:StyleGAN3Pickle",
            summary="Pickles of stylegan3 (t and r), and the generators of StyleGAN-XL's",
            paper="arXiv:2106.12423",
            year=2021,
            license="LicenseRef-Nvidia-Source-Code",
        ),
        entries.Importer(
            name="stylegan2-tensorflow",
            target="ganzoo_plugin_stylegan.importers.stylegan2_tensorflow:StyleGAN2TensorFlow",
            summary="TensorFlow pickles of stylegan2, such as stylegan2-ffhq-config-f.pkl",
            paper="arXiv:1912.04958",
            year=2019,
            license="LicenseRef-Nvidia-Source-Code",
        ),
        entries.Importer(
            name="stylegan2-rosinality",
            target="ganzoo_plugin_stylegan.importers.rosinality:Rosinality",
            summary="Checkpoints of rosinality's stylegan2-pytorch, trained or converted",
            paper="arXiv:1912.04958",
            year=2019,
            license="unknown",
        ),
    ]

"""Architectures with settings of their own: GANs whose idea is a loss, a penalty or a normalisation."""

from __future__ import annotations

from ganzoo.core import entries

ENTRIES: list[entries.Recipe] = [
    entries.Recipe(
        name="dcgan-digits",
        architecture="ganzoo.dcgan",
        summary="DCGAN for the 1,797 digits in minutes on one core: mixture prior, lazy R1, falling rates",
        paper="arXiv:1511.06434",
        year=2015,
        # With one Gaussian as the prior, half of the samples lie between two digits; a mixture leaves few there.
        config={
            "width": 48,
            "latent_dim": 32,
            "latent": {"name": "learned-mixture", "components": 100, "sigma": 0.2},
            "discriminator_normalisation": "none",
        },
        penalties=({"name": "ganzoo.r1", "weight": 0.1, "every": 8},),
        players={"all": {"lr": 1e-3, "betas": (0.0, 0.99), "schedule": "linear"}},
        training={"batch_size": 32, "rounds": 3200, "ema": 0.998},
        tiny={"width": 4, "latent_dim": 8},
    ),
    entries.Recipe(
        name="lsgan",
        architecture="ganzoo.dcgan",
        summary="DCGAN with squared distances instead of logarithms",
        paper="arXiv:1611.04076",
        year=2016,
        loss="ganzoo.least-squares",
        tiny={"width": 4, "latent_dim": 8},
        check="ganzoo.checks.lsgan:CHECKS",
    ),
    entries.Recipe(
        name="sngan",
        architecture="ganzoo.dcgan",
        summary="Every layer of the discriminator divided by its largest singular value",
        paper="arXiv:1802.05957",
        year=2018,
        config={"discriminator_normalisation": "spectral"},
        loss="ganzoo.hinge",
        tiny={"width": 4, "latent_dim": 8},
        check="ganzoo.checks.sngan:CHECKS",
    ),
    entries.Recipe(
        name="wgan-gp",
        architecture="ganzoo.dcgan",
        summary="Wasserstein critic held Lipschitz by a penalty on its gradients",
        paper="arXiv:1704.00028",
        year=2017,
        # The penalty is on the gradient of single samples, so the critic has no batch normalisation.
        config={"discriminator_normalisation": "none"},
        loss="ganzoo.wasserstein",
        penalties=({"name": "ganzoo.gradient-penalty", "weight": 10.0},),
        players={"all": {"lr": 1e-4, "betas": (0.0, 0.9)}, "discriminator": {"steps": 5}},
        tiny={"width": 4, "latent_dim": 8},
        check="ganzoo.checks.wgan_gp:CHECKS",
    ),
    entries.Recipe(
        name="r3gan-digits",
        architecture="ganzoo.r3gan",
        summary="R3GAN for the 1,797 digits on one core in 20 minutes: narrow, lazy penalties",
        paper="arXiv:2501.05441",
        year=2025,
        config={"num_classes": None, "latent_dim": 32, "widths": (64, 64, 32, 16), "blocks": 1},
        # Mirrored and turned digits are other signs or none, so there is no augmentation.
        penalties=(
            {"name": "ganzoo.r1", "weight": 0.5, "every": 8},
            {"name": "ganzoo.r2", "weight": 0.5, "every": 8},
        ),
        techniques=({"name": "ganzoo.annealing", "lr": 0.1},),
        players={"all": {"lr": 1e-3, "betas": (0.0, 0.9)}},
        training={"batch_size": 32, "rounds": 2000, "ema": 0.99},
        tiny={"widths": (8, 8), "latent_dim": 8},
    ),
    entries.Recipe(
        name="r3gan-cifar10",
        architecture="ganzoo.r3gan",
        summary="R3GAN as published for CIFAR-10, for one GPU: bfloat16, augmentation, 20M images",
        paper="arXiv:2501.05441",
        year=2025,
        config={"width": 768, "bf16_stages": 3, "bf16": True},
        penalties=({"name": "ganzoo.r1", "weight": 0.05}, {"name": "ganzoo.r2", "weight": 0.05}),
        techniques=(
            "ganzoo.annealing",
            {"name": "ganzoo.ada", "target": None, "final_probability": 0.55, "colour": 0.5, "cutout": 1.0},
        ),
        # The average's half-life is 5 million images.
        training={"batch_size": 512, "rounds": 39_063, "ema": 0.99993},
        tiny={"width": 8, "blocks": 1, "latent_dim": 8},
    ),
]

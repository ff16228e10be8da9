"""The techniques of the built-in zoo."""

from ganzoo.core import entries

ENTRIES = [
    entries.Technique(
        name="weight-clip",
        target="ganzoo.techniques.weight_clip:WeightClip",
        summary="WGAN: clamp the critic's weights after each of its turns",
        paper="arXiv:1701.07875",
        year=2017,
    ),
    entries.Technique(
        name="prediction",
        target="ganzoo.techniques.prediction:Prediction",
        summary="Answer where the opponent is going: stable at learning rates where GANs orbit",
        paper="arXiv:1705.07364",
        year=2017,
    ),
    entries.Technique(
        name="instance-noise",
        target="ganzoo.techniques.instance_noise:InstanceNoise",
        summary="Noise on all that the critic sees, falling to zero over the run",
        paper="arXiv:1610.04490",
        year=2016,
    ),
    entries.Technique(
        name="diffaug",
        target="ganzoo.techniques.diffaug:DiffAugment",
        summary="Differentiable augmentation of real and generated images: for few images",
        paper="arXiv:2006.10738",
        year=2020,
        tags=("few images", "augmentation"),
        check="ganzoo.checks.diffaug:CHECKS",
    ),
    entries.Technique(
        name="ada",
        target="ganzoo.techniques.ada:AdaptiveAugmentation",
        summary="As much augmentation of what the critic sees as it overfits: for few images",
        paper="arXiv:2006.06676",
        year=2020,
        tags=("few images", "augmentation"),
        tiny={"probability": 0.5, "images": 100},
        check="ganzoo.checks.ada:CHECKS",
    ),
    entries.Technique(
        name="annealing",
        target="ganzoo.techniques.annealing:Annealing",
        summary="R3GAN: rates, Adam's memory, penalties and the average on cosines over the run",
        paper="arXiv:2501.05441",
        year=2025,
    ),
]

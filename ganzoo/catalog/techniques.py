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
]

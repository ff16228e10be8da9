"""The latent priors of the built-in zoo."""

from ganzoo.core import entries

ENTRIES = [
    entries.Latent(
        name="normal",
        target="ganzoo.latents.normal:Normal",
        summary="Standard normal; can be truncated, interpolates along great circles",
    ),
    entries.Latent(
        name="uniform",
        target="ganzoo.latents.uniform:Uniform",
        summary="Uniform between -1 and 1",
    ),
    entries.Latent(
        name="truncated",
        target="ganzoo.latents.truncated:Truncated",
        summary="Normal law cut off at a limit, in training and in sampling",
        paper="arXiv:1809.11096",
        year=2018,
    ),
    entries.Latent(
        name="codes",
        target="ganzoo.latents.codes:Codes",
        summary="InfoGAN: noise beside categorical and continuous codes",
        paper="arXiv:1606.03657",
        year=2016,
    ),
    entries.Latent(
        name="learned-mixture",
        target="ganzoo.latents.learned_mixture:LearnedMixture",
        summary="DeLiGAN: a mixture of Gaussians trained with the generator",
        paper="arXiv:1706.02071",
        year=2017,
    ),
]

"""Standing statistics: what batch normalisation sees at each truncation, averaged over many passes."""

from __future__ import annotations

import math
from collections import defaultdict

import torch
from torch import Tensor

from ganzoo.errors import ConfigError
from ganzoo.gan import GAN
from ganzoo.streams import derive
from ganzoo_plugin_biggan.batch_norm import BatchNorm


def level_of(truncation: float, levels: int) -> float:
    """Position in a table of so many rows of latents that are cut off at `truncation` standard deviations.

    Row i is for the truncation that a share (i + 1) / levels of all normal numbers lies within, so that the last row is
    for those that are not truncated; what is truncated more than in the first row uses the first row.
    """
    return max(0.0, levels * math.erf(truncation / math.sqrt(2)) - 1)


def truncation_of(row: int, levels: int) -> float | None:
    """The truncation that a row of the table is for; None for the last row. The inverse of `level_of`."""
    share = torch.tensor((row + 1) / levels, dtype=torch.float64)
    return None if row == levels - 1 else math.sqrt(2) * float(share.erfinv())


@torch.no_grad()
def accumulate_standing_statistics(gan: GAN, *, passes: int = 100, batch_size: int = 50, seed: int = 0) -> None:
    """Fill the tables of a generator's normalisations (arXiv:1809.11096, appendix C.1, "standing statistics").

    For every level of truncation, `passes` batches are generated under their own statistics; the table gets the means
    of the batches' means and variances. Samples then depend neither on the batch that they are made in nor on the
    running averages of training, which are those of other weights and of latents that are not truncated.

    Args:
        gan: a `biggan` or `biggan-deep`, changed in place: its buffers only.
        passes, batch_size: of the random latents and labels; the paper has 100 passes of 50.
        seed: of these.

    Raises: ConfigError for less than 1 pass or 2 samples, and for published weights, which keep their own tables.
    """
    if passes < 1 or batch_size < 2:
        raise ConfigError(f"passes={passes}, batch_size={batch_size}: 1 pass or more of 2 samples or more are needed")
    if getattr(gan, "scaled", False):
        raise ConfigError("these weights are sampled with the statistics that they were published with")
    norms = [module for module in gan.modules() if isinstance(module, BatchNorm)]
    levels = len(norms[0].tables[0])
    rows = []
    for row in range(levels):
        with gan.evaluation():
            rows.append(_average(gan, norms, truncation_of(row, levels), passes, batch_size, seed))
    for norm in norms:
        for table, part in zip(norm.tables, (0, 1), strict=True):
            table.copy_(torch.stack([averages[norm][part] for averages in rows]))


def _average(
    gan: GAN, norms: list[BatchNorm], truncation: float | None, passes: int, batch_size: int, seed: int
) -> dict[BatchNorm, tuple[Tensor, Tensor]]:
    """Mean over passes of the mean and the variance (channels,) of what each normalisation is given."""
    seen: dict[BatchNorm, list[tuple[Tensor, Tensor]]] = defaultdict(list)

    def look(norm: BatchNorm, given: tuple[Tensor, ...]) -> None:
        variance, mean = torch.var_mean(given[0].float(), (0, 2, 3), correction=0)
        seen[norm].append((mean, variance))

    hooks = [norm.register_forward_pre_hook(look) for norm in norms]
    try:
        for norm in norms:
            norm.training = True  # but not what is inside, whose spectral norm would move
        for i in range(passes):
            gan.generate(*_inputs(gan, truncation, batch_size, derive(seed, "standing", i)))
    finally:
        for norm, hook in zip(norms, hooks, strict=True):
            norm.training = False
            hook.remove()
    means, variances = ({norm: torch.stack([pair[i] for pair in seen[norm]]).mean(0) for norm in norms} for i in (0, 1))
    return {norm: (means[norm], variances[norm]) for norm in norms}


def _inputs(gan: GAN, truncation: float | None, n: int, seed: int) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    latent = gan.latent(n, torch.Generator().manual_seed(seed))
    if truncation is not None:
        latent = gan.prior.truncate(latent, truncation)
    labels = gan.choose_labels(n, None, seed)
    assert labels is not None
    return {name: gan.placed(part) for name, part in latent.items()}, {"y": gan.placed(labels)}

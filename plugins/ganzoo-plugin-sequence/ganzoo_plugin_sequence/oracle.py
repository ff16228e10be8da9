"""A language that is known exactly: what a fixed random LSTM says."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn

from ganzoo.core.data_spec import DataSpec
from ganzoo.data import TensorData
from ganzoo.data.points import item_rng
from ganzoo.errors import ConfigError, DataError
from ganzoo.streams import generator
from ganzoo_plugin_sequence.lstm import LanguageModel

SPLITS = ("train", "test")


def oracle(*, vocabulary: int = 50, seed: int = 88) -> LanguageModel:
    """The LSTM whose weights are all N(0, 1), in float64 (arXiv:1609.05473, section 5.1)."""
    with torch.random.fork_rng([]):  # initial weights, which are replaced, are drawn from the global generator
        model = LanguageModel(vocabulary=vocabulary).double().requires_grad_(False)
    rng = generator(seed, "oracle")
    for parameter in model.parameters():
        nn.init.normal_(parameter, generator=rng)
    return model


@torch.no_grad()
def oracle_lstm(
    *,
    vocabulary: int = 50,
    length: int = 10,
    size: int = 5000,
    split: Literal["train", "test"] = "train",
    seed: int = 88,
) -> TensorData:
    """Sequences of tokens (N, length) int64 that the oracle draws, so that their true likelihood is known.

    Args:
        vocabulary: tokens; the paper has 5000.
        length: of every sequence; the paper has 20.
        size: number of sequences; sequence i is the same for every size.
        split: the two are independent draws.
        seed: of the oracle.
    """
    if split not in SPLITS:
        raise ConfigError(f"split={split!r}: it is one of {', '.join(SPLITS)}")
    for name, value in (("vocabulary", vocabulary), ("length", length), ("size", size)):
        if value < 1:
            raise ConfigError(f"{name}={value}: at least 1 is needed")
    uniforms = torch.from_numpy(item_rng(seed, SPLITS.index(split)).random((size, length)))
    ids = oracle(vocabulary=vocabulary, seed=seed).complete(uniforms)
    spec = DataSpec(name="oracle-lstm", modality="tokens", size=size, vocabulary=vocabulary, length=length)
    return TensorData(spec, {"x": {"x": ids}})


@torch.no_grad()
def oracle_nll(samples: Tensor, *, vocabulary: int = 50, seed: int = 88) -> float:
    """Mean of -log p(token | tokens before it) under the oracle, in nats per token; lower is likelier.

    Args:
        samples: sequences (N, T) int64 of what is judged.
        vocabulary, seed: of the oracle, as in the data set.

    It does not see whether samples are all alike: read it beside the likelihood of held-out sequences under the
    model. Raises: DataError for what are no such sequences.
    """
    if samples.ndim != 2 or samples.is_floating_point() or not samples.numel():
        raise DataError(f"samples of shape {tuple(samples.shape)} and type {samples.dtype} are no sequences of tokens")
    if int(samples.min()) < 0 or int(samples.max()) >= vocabulary:
        raise DataError(f"samples hold tokens outside [0, {vocabulary})")
    model = oracle(vocabulary=vocabulary, seed=seed)
    parts = [model.log_probabilities(part) for part in samples.cpu().long().split(4096)]
    return -float(torch.cat(parts).mean())

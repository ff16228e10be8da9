from __future__ import annotations

import math

import pytest
import torch

from ganzoo.errors import ConfigError, DataError
from ganzoo_plugin_sequence.oracle import oracle, oracle_lstm, oracle_nll


def test_the_likelihood_is_the_sum_over_an_lstm_written_out():
    ids = oracle_lstm(vocabulary=7, length=4, size=3).first(3)["x"]
    weights = oracle(vocabulary=7).state_dict()
    total = 0.0
    for sequence in ids.tolist():
        h, c, last = torch.zeros(32).double(), torch.zeros(32).double(), 7
        for token in sequence:
            gates = (
                weights["lstm.weight_ih_l0"] @ weights["embedding.weight"][last] + weights["lstm.bias_ih_l0"]
                + weights["lstm.weight_hh_l0"] @ h + weights["lstm.bias_hh_l0"]
            )  # fmt: skip
            enter, forget, cell, leave = gates.split(32)
            c = forget.sigmoid() * c + enter.sigmoid() * cell.tanh()
            h = leave.sigmoid() * c.tanh()
            logits = weights["output.weight"] @ h + weights["output.bias"]
            total -= float(logits[token]) - math.log(float(logits.exp().sum()))
            last = token
    assert oracle_nll(ids, vocabulary=7) == pytest.approx(total / ids.numel(), rel=1e-9)


def test_its_own_sequences_are_likelier_than_others():
    own = oracle_nll(oracle_lstm(size=2000).first(2000)["x"])
    other = oracle_nll(oracle_lstm(size=2000, seed=1).first(2000)["x"])
    chance = oracle_nll(torch.randint(50, (2000, 10), generator=torch.Generator().manual_seed(0)))
    assert own < 2.1 and other > 4 and chance > 4


def test_the_set_keeps_its_spec_and_its_items():
    data = oracle_lstm(vocabulary=20, length=6, size=50)
    x = data.first(50)["x"]
    assert x.shape == (50, 6) and x.dtype == torch.int64 and int(x.min()) >= 0 and int(x.max()) < 20
    spec = data.spec
    assert (spec.modality, spec.vocabulary, spec.length, spec.size) == ("tokens", 20, 6, 50)
    assert torch.equal(x, oracle_lstm(vocabulary=20, length=6, size=80).first(50)["x"])
    assert not torch.equal(x, oracle_lstm(vocabulary=20, length=6, size=50, split="test").first(50)["x"])


def test_wrong_settings_and_samples_are_named():
    for wrong in ({"split": "validation"}, {"vocabulary": 0}, {"length": 0}, {"size": 0}):
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            oracle_lstm(**wrong)
    for samples in (torch.zeros(3, 4), torch.zeros(3, dtype=torch.int64), torch.zeros(0, 4, dtype=torch.int64)):
        with pytest.raises(DataError, match="no sequences"):
            oracle_nll(samples)
    with pytest.raises(DataError, match="outside"):
        oracle_nll(torch.full((2, 3), 50))

"""What the plugin adds to the zoo."""

from __future__ import annotations

from collections.abc import Iterable

from ganzoo import entries, hookimpl


@hookimpl
def ganzoo_entries() -> Iterable[entries.Entry]:
    return [
        entries.Architecture(
            name="seqgan",
            target="ganzoo_plugin_sequence.seqgan:SeqGAN",
            summary="Sequences of tokens: policy gradient with Monte Carlo roll-outs",
            paper="arXiv:1609.05473",
            year=2016,
            modality=("tokens",),
            tags=("tokens", "policy-gradient"),
            tiny={"embedding_dim": 4, "hidden_dim": 4, "filters": 2, "rollouts": 2, "shares": (0.4, 0.2, 0.4)},
            tiny_data={"name": "oracle-lstm", "vocabulary": 6, "length": 5, "size": 64},
            check="ganzoo_plugin_sequence.checks:CHECKS",
        ),
        entries.Dataset(
            name="oracle-lstm",
            target="ganzoo_plugin_sequence.oracle:oracle_lstm",
            summary="Sequences that a fixed random LSTM draws, so that their likelihood is known",
            paper="arXiv:1609.05473",
            year=2016,
            tags=("tokens", "offline"),
        ),
        entries.Metric(
            name="oracle-nll",
            target="ganzoo_plugin_sequence.oracle:oracle_nll",
            summary="Negative log-likelihood under the oracle, in nats per token (lower)",
            paper="arXiv:1609.05473",
            year=2016,
            tags=("tokens",),
        ),
    ]

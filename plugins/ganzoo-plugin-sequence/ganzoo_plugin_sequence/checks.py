"""Does the critic's verdict teach what maximum likelihood does not?"""

from __future__ import annotations

import copy

import ganzoo
from ganzoo.checks.check import CONTROL, Check, Criterion
from ganzoo.checks.playing import play
from ganzoo.data import Data
from ganzoo.training.run import Run
from ganzoo_plugin_sequence.oracle import oracle_lstm, oracle_nll
from ganzoo_plugin_sequence.seqgan import SeqGAN

LIKELIHOOD, CRITIC, ADVERSARIAL = 3000, 300, 300
POLICY_RATE = 1e-3
SAMPLES = 20_000


def adversarial_gain(arm: str, seed: int) -> dict[str, float]:
    """On the oracle's language, in nats per token: NLL of samples under the oracle after each phase, and what was won.

    `mle_only` goes on with maximum likelihood from the same weights, for as many updates of the generator as the
    adversarial phase has and at its rate. `test_*` are the NLL of held-out sequences under the generator, which rise
    where a generator forgets a part of the language.
    """
    data = ganzoo.load_data("sequence.oracle-lstm")
    held_out = oracle_lstm(split="test").first(5000)["x"]
    gan = create(data, seed, (LIKELIHOOD, CRITIC, ADVERSARIAL), shuffled=arm == CONTROL)
    kept = {}

    def look(run: Run) -> dict[str, float]:
        kept.update(copy.deepcopy(gan.state_dict()))
        return {"pretrained": judge(gan), "test_pretrained": gan.negative_log_likelihood(held_out)}

    rounds = LIKELIHOOD + CRITIC + ADVERSARIAL
    (measured,) = play(gan, data, rounds=rounds, seed=seed, look=look, at=(LIKELIHOOD,))
    alone = create(data, seed, (1.0, 0.0, 0.0))
    alone.load_state_dict(kept)
    play(alone, data, rounds=ADVERSARIAL, seed=seed + 1, players={"likelihood": {"lr": POLICY_RATE}})
    measured |= {"mle_only": judge(alone), "adversarial": judge(gan)}
    return {
        **measured,
        "test_mle_only": alone.negative_log_likelihood(held_out),
        "test_adversarial": gan.negative_log_likelihood(held_out),
        "gain_over_pretraining": measured["pretrained"] - measured["adversarial"],
        "gain_over_mle_only": measured["mle_only"] - measured["adversarial"],
    }


def create(data: Data, seed: int, shares: tuple[float, ...], *, shuffled: bool = False) -> SeqGAN:
    gan = ganzoo.create("sequence.seqgan", data=data, seed=seed, shares=shares, shuffled=shuffled)
    assert isinstance(gan, SeqGAN)
    return gan


def judge(gan: SeqGAN) -> float:
    return oracle_nll(gan.sample(SAMPLES, seed=1))


CHECKS = (
    Check(
        name="adversarial-gain",
        claim="After the policy gradient, samples are likelier under the oracle than after maximum likelihood alone.",
        control="each sequence gets the rewards of another",
        measure=adversarial_gain,
        criteria=(
            Criterion(metric="gain_over_mle_only", op=">=", threshold=0.03),
            Criterion(metric="gain_over_pretraining", op=">=", threshold=0.03),
        ),
        modules=(
            "ganzoo_plugin_sequence.seqgan",
            "ganzoo_plugin_sequence.lstm",
            "ganzoo_plugin_sequence.rollouts",
            "ganzoo_plugin_sequence.policy_gradient",
            "ganzoo_plugin_sequence.convolutional_critic",
            "ganzoo_plugin_sequence.oracle",
        ),
        seconds=300,
    ),
)

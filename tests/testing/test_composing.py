"""What the kit asks of a critic's logits, and of what a run may choose."""

import pytest

from ganzoo import entries
from ganzoo.testing import check_plugin

LOGITS, TECHNIQUES, LOSS = "logits_are_one_per_sample", "techniques_reach_the_critics", "any_loss_can_be_chosen"


def outcome_of(add, check, **facts):
    given = {"modality": ("points",), "tiny_data": {"name": "ring8", "size": 64}}
    add([entries.Architecture(name="small", summary="A GAN for the tests", **{**given, **facts})])
    return check_plugin("local", only=lambda case: case.name == check).results[0]


@pytest.mark.parametrize(
    ("check", "fault", "said"),
    [
        (LOGITS, "AsksPastTheCritic", "no logits came by critic()"),
        (LOGITS, "TwoCriticsOfColumns", "self.loss is given logits of the shape (8, 1)"),
        (TECHNIQUES, "TechniquesReachTheCritics", "nothing goes through self.view"),
        (TECHNIQUES, "TechniquesReachFakesOnly", "not given the samples 'real' of discriminator's turns"),
        (LOSS, "AnyLossCanBeChosen", "with the relativistic loss it ends in ConfigError"),
        (LOSS, "NoLossCanBeChosen", "nothing asks self.loss"),
    ],
)
def test_what_composes_with_a_fault_fails(add, check, fault, said):
    result = outcome_of(add, check, target=f"broken_architectures:{fault}")
    assert result.outcome == "failed" and said in result.problem and result.mend and not result.traceback


@pytest.mark.parametrize("check", [LOGITS, TECHNIQUES, LOSS])
def test_two_critics_without_a_fault_pass(add, check):
    result = outcome_of(add, check, target="broken_architectures:TwoCritics")
    assert result.outcome == "passed", result.problem


@pytest.mark.parametrize("tiny", [{}, {"packing": 2}])
def test_one_logit_for_each_sample_or_pack_passes(add, tiny):
    result = outcome_of(add, LOGITS, target="ganzoo.zoo.gan:VanillaGAN", tiny={"width": 8, **tiny})
    assert result.outcome == "passed", result.problem

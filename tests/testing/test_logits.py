"""What the kit asks of a critic's logits."""

import pytest

from ganzoo import entries
from ganzoo.testing import check_plugin


def logits_of(add, **facts):
    given = {"modality": ("points",), "tiny_data": {"name": "ring8", "size": 64}}
    add([entries.Architecture(name="small", summary="A GAN for the tests", **{**given, **facts})])
    return check_plugin("local", only=lambda case: case.name == "logits_are_one_per_sample").results[0]


def test_logits_that_do_not_come_by_critic_fail(add):
    result = logits_of(add, target="broken_architectures:AsksPastTheCritic")
    assert result.outcome == "failed" and "no logits came by critic()" in result.problem


@pytest.mark.parametrize("tiny", [{}, {"packing": 2}])
def test_one_logit_for_each_sample_or_pack_passes(add, tiny):
    result = logits_of(add, target="ganzoo.zoo.gan:VanillaGAN", tiny={"width": 8, **tiny})
    assert result.outcome == "passed", result.problem
